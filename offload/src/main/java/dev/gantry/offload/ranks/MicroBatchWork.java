package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import java.util.List;

/// Some of a step's micro-batches, through all blocks; sums of gradients pass from rank to rank.
final class MicroBatchWork implements RankWork {
    private final Rank rank;
    private final RankModel model;
    private final RankBatches batches;
    private final TrainingPass pass;
    private final GradientRelay relay;

    /// @param pass closed here
    MicroBatchWork(Rank rank, RankModel model, RankBatches batches, TrainingPass pass, GradientRelay relay) {
        this.rank = rank;
        this.model = model;
        this.batches = batches;
        this.pass = pass;
        this.relay = relay;
    }

    @Override
    public double[] lossesAndGradients(List<TokenBatch> microBatches, StepPart step) {
        StepPart part = step.from(share(microBatches).from());
        double[] losses = pass.lossesAndGradients(near(microBatches), model.adapters(), model.gradients(), part, relay);
        relay.finish();
        return losses;
    }

    @Override
    public double[] lossSums(List<TokenBatch> microBatches) {
        return pass.lossSums(near(microBatches), model.adapters(), null);
    }

    private List<TokenBatch> near(List<TokenBatch> microBatches) {
        MicroBatchShare mine = share(microBatches);
        return batches.near(microBatches.subList(mine.from(), mine.to()));
    }

    private MicroBatchShare share(List<TokenBatch> microBatches) {
        return MicroBatchShare.of(microBatches.size(), rank.number(), rank.count());
    }

    @Override
    public long allocations() {
        return pass.allocations();
    }

    @Override
    public void close() {
        pass.close();
    }
}
