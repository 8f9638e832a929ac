package dev.gantry.offload.ranks;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.SpanPass;
import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TokenBatch;
import java.util.List;

/// Some blocks, of all micro-batches of a step; the residual stream and its gradient pass from rank to rank.
final class BlockWork implements RankWork {
    private final Backend backend;
    private final RankModel model;
    private final RankBatches batches;
    private final SpanPass pass;

    /// @param pass closed here
    BlockWork(Backend backend, RankModel model, RankBatches batches, SpanPass pass) {
        this.backend = backend;
        this.model = model;
        this.batches = batches;
        this.pass = pass;
    }

    @Override
    public double[] lossesAndGradients(List<TokenBatch> microBatches, StepPart step) {
        model.gradients().clear(backend);
        return pass.lossesAndGradients(batches.near(microBatches), model.adapters(), model.gradients(), step);
    }

    @Override
    public double[] lossSums(List<TokenBatch> microBatches) {
        return pass.lossSums(batches.near(microBatches), model.adapters());
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
