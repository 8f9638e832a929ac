package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.RankPlan.RankUse;
import dev.gantry.offload.plan.TierUse.Use;
import dev.gantry.offload.ranks.MicroBatchShare;
import dev.gantry.offload.ranks.RankBytes;
import dev.gantry.offload.ranks.RankedJob;
import dev.gantry.offload.ranks.StepTraffic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Plans a job on several ranks of one machine: bytes counted by the code that allocates them, and every byte that
/// crosses between them.
public final class RankPlanner {
    /// Forward, recomputing or not, is a third of a step's work, and the backward the rest.
    private static final double BACKWARD_SHARE = 2.0 / 3;

    private final Backend backend;
    private final List<Integer> threads;

    /// @param threads of each rank; there are as many ranks
    public RankPlanner(Backend backend, List<Integer> threads) {
        this.backend = backend;
        this.threads = List.copyOf(threads);
    }

    /// What the job may take.
    ///
    /// @param rankBytes of each rank's device
    /// @param machineBytes of everything together
    public record Limits(long rankBytes, long machineBytes) {}

    /// The fastest plan that fits, else the smallest.
    ///
    /// @param ranked the job as ranks see it, by what the forward keeps
    /// @param rates with all threads together
    public RankPlan plan(TrainingJob job, Function<Retention, RankedJob> ranked, MachineRates rates, Limits limits) {
        Retention asked = job.retention();
        List<Retention> choices = asked == null ? List.of(Retention.EVERYTHING, Retention.BOUNDARY) : List.of(asked);
        RankPlan plan = plan(job, ranked.apply(choices.getFirst()), rates, limits);
        return plan.fits() ? plan : plan(job, ranked.apply(choices.getLast()), rates, limits);
    }

    private RankPlan plan(TrainingJob job, RankedJob ranked, MachineRates rates, Limits limits) {
        int count = threads.size();
        RankBytes bytes = RankBytes.measure(ranked, count);
        List<RankUse> ranks = new ArrayList<>();
        List<Use> all = new ArrayList<>(shared(job, ranked, bytes));
        for (int rank = 0; rank < count; rank++) {
            List<Use> uses = new ArrayList<>();
            bytes.ranks().get(rank).forEach((what, each) -> uses.add(new Use(what, each)));
            int microBatches =
                    MicroBatchShare.of(job.microBatches(), rank, count).count();
            ranks.add(new RankUse(new TierUse(Tier.DEVICE, limits.rankBytes(), uses), threads.get(rank), microBatches));
            all.add(new Use("rank " + rank, bytes.bytes(rank)));
        }
        var between = StepTraffic.of(ranked, count, job.microBatches());
        Placement placement =
                new Placement(new Placement.Weights.Mapped(), ranked.extent().retention());
        TrainingPlan together = new TrainingPlan(
                placement,
                List.of(new TierUse(Tier.DEVICE, limits.machineBytes(), all)),
                stepTime(job, placement.retention(), rates, between.received()),
                MovedBytes.NONE,
                job.tokensPerStep(),
                0,
                job.steps(),
                List.of());
        return new RankPlan(ranked.stage(), ranks, between.receivedBytes(), together);
    }

    private List<Use> shared(TrainingJob job, RankedJob ranked, RankBytes bytes) {
        JobBytes alone = new JobBytes(backend, job);
        return List.of(
                new Use("converted weights that all ranks read", bytes.sharedBytes()),
                new Use("batches", alone.batches()),
                new Use("sample answers, or saving", Math.max(alone.sampling(), savingBytes(ranked))),
                new Use("the adapter as it is saved", adapterBytes(ranked)),
                new Use("weights in the model's files", alone.mapped()),
                new Use("runtime", TrainingPlanner.RUNTIME_BYTES));
    }

    /// A state or value on its way into a checkpoint.
    private static long savingBytes(RankedJob job) {
        return job.tensors().stream()
                .mapToLong(tensor -> TensorArena.roundedBytes(tensor.elements() * DType.F32.bytes()))
                .max()
                .orElse(0);
    }

    private static long adapterBytes(RankedJob job) {
        return switch (job.base()) {
            case RankedJob.Base.AllTrained _ -> 0;
            case RankedJob.Base.Frozen _ ->
                job.tensors().stream()
                        .mapToLong(tensor -> TensorArena.roundedBytes(tensor.elements() * DType.F32.bytes()))
                        .sum();
        };
    }

    /// The slowest rank's share of the kernels; in the backward the ranks follow each other one unit (head, block,
    /// embedding) apart. What crosses is copied by all threads.
    private StepTime stepTime(TrainingJob job, Retention retention, MachineRates rates, long betweenBytes) {
        int count = threads.size();
        int allThreads = threads.stream().mapToInt(Integer::intValue).sum();
        double slowest = 0;
        for (int rank = 0; rank < count; rank++) {
            double share = MicroBatchShare.of(job.microBatches(), rank, count).count() / (double) job.microBatches();
            slowest = Math.max(slowest, share * allThreads / threads.get(rank));
        }
        double units = job.spec().layers() + 2.0;
        double behind = 1 + BACKWARD_SHARE * (count - 1) / units;
        double kernels = TrainingPlanner.kernelSeconds(job, retention, rates) * slowest * behind;
        return new StepTime(kernels + betweenBytes / rates.copyBytesPerSecond() / allThreads, 0, 0);
    }
}
