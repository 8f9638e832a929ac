package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.tensors.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Trains on one device, where everything lies that is trained.
///
/// @param step closed with this
/// @param trainee stays with the caller
record DeviceTrainer(TrainingStep step, Trainee trainee, CheckpointFiles files, Backend backend) implements Trainer {

    @Override
    public void start() {
        // everything is in its place since construction
    }

    @Override
    public TrainingStep.Result take(List<TokenBatch> microBatches, double learningRate, long seed, float lossScale) {
        return step.take(microBatches, learningRate, seed, lossScale);
    }

    @Override
    public double lossSum(List<TokenBatch> microBatches) {
        return step.lossSum(microBatches);
    }

    @Override
    public ModelWeights weights() {
        return trainee.weights();
    }

    @Override
    public Adapters adapters() {
        return trainee.adapters();
    }

    @Override
    public void save(Path checkpoint) throws IOException {
        files.write(checkpoint);
        TensorFile.write(checkpoint.resolve(Checkpoint.OPTIMIZER_FILE), step.optimizerTensors(), backend.memory());
    }

    @Override
    public void resume(Path checkpoint, long steps) throws IOException {
        files.read(checkpoint);
        files.readStates(checkpoint, step.optimizerTensors(), backend);
        step.resumeAt(steps);
    }

    @Override
    public void close() {
        step.close();
    }
}
