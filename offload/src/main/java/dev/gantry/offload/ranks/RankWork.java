package dev.gantry.offload.ranks;

import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TokenBatch;
import java.util.List;

/// What a rank computes of every step. All ranks call each method together.
sealed interface RankWork extends AutoCloseable permits MicroBatchWork, BlockWork {

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
