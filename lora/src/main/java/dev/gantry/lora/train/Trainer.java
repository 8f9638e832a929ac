package dev.gantry.lora.train;

import dev.gantry.engine.optim.LossScale;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Takes the steps of a run and keeps what it learns, wherever that lies and however many compute: always to the same
/// bits, so that a run can go on from any other's checkpoint.
interface Trainer extends AutoCloseable {

    /// Begins a run with the values that it starts from. Either this or {@link #resume} comes before all else.
    void start() throws IOException;

    /// Takes one step; a step whose loss or gradient is not finite changes nothing.
    ///
    /// @param seed of this step, for dropout
    /// @param lossScale see {@link LossScale}; 1 for gradients as they are
    TrainingStep.Result take(List<TokenBatch> microBatches, double learningRate, long seed, float lossScale);

    /// The same with gradients as they are.
    default TrainingStep.Result take(List<TokenBatch> microBatches, double learningRate, long seed) {
        return take(microBatches, learningRate, seed, 1);
    }

    /// Sum of the losses of all labelled tokens, without training.
    double lossSum(List<TokenBatch> microBatches);

    /// What answers are computed with, as it is after the newest step.
    ModelWeights weights();

    /// The adapters to compute with; {@link Adapters#NONE} when there are none.
    Adapters adapters();

    /// Writes trained values and optimizer states into a checkpoint's folder.
    void save(Path checkpoint) throws IOException;

    /// Continues from a checkpoint's folder.
    ///
    /// @param steps that changed something until it was saved
    void resume(Path checkpoint, long steps) throws IOException;

    @Override
    void close();
}
