package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.pass.BlockSpan;
import dev.gantry.engine.pass.SpanPass;
import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.MemoryAccount;
import java.util.List;
import java.util.SortedMap;

/// What a rank computes of every step. All ranks call each method together.
sealed interface RankWork extends AutoCloseable permits MicroBatchWork, BlockWork {

    /// @param batches brings micro-batches to where the rank computes
    /// @param device where what it computes in lies
    static RankWork of(
            RankedJob job,
            ShardPlan plan,
            Rank rank,
            RankMemory memory,
            RankModel model,
            RankBatches batches,
            MemoryAccount device) {
        TrainingPass.Plan passPlan = passPlan(job, rank, model);
        return switch (job.division()) {
            case RankedJob.Division.ByMicroBatches _ -> {
                TrainingPass pass = new TrainingPass(rank.backend(), model.weights(), passPlan, device);
                yield new MicroBatchWork(rank, model, batches, pass, new GradientRelay(plan, rank, memory.units()));
            }
            case RankedJob.Division.ByBlocks dealt -> {
                BlockSpan span = dealt.span(rank.number());
                RankNeighbours neighbours = new RankNeighbours(rank.communicator(), model.tied());
                SpanPass pass = new SpanPass(rank.backend(), model.weights(), span, passPlan, neighbours, device);
                yield new BlockWork(rank.backend(), model, batches, pass);
            }
        };
    }

    /// Bytes that it would hold, by use.
    static SortedMap<String, Long> measure(RankedJob job, Rank rank, RankModel model) {
        TrainingPass.Plan plan = passPlan(job, rank, model);
        return switch (job.division()) {
            case RankedJob.Division.ByMicroBatches _ ->
                TrainingPass.measureByUse(rank.backend(), job.spec(), job.compute(), plan);
            case RankedJob.Division.ByBlocks dealt ->
                SpanPass.measureByUse(rank.backend(), job.spec(), job.compute(), dealt.span(rank.number()), plan);
        };
    }

    private static TrainingPass.Plan passPlan(RankedJob job, Rank rank, RankModel model) {
        return new TrainingPass.Plan(
                job.extent().maxTokens(),
                job.mostMicroBatches(rank.count()),
                job.extent().retention(),
                model.adapters(),
                model.gradients().parameters().keySet());
    }

    /// Leaves in this rank's memory its share of the gradients of a whole step.
    ///
    /// @param microBatches of the whole step
    /// @param step all of it
    /// @return sums of the losses of the micro-batches whose head this rank computes, in the order of the step
    double[] lossesAndGradients(List<TokenBatch> microBatches, StepPart step);

    /// The same sums without gradients or dropout.
    double[] lossSums(List<TokenBatch> microBatches);

    /// Native allocations made so far; constant after construction.
    long allocations();

    @Override
    void close();
}
