package dev.gantry.lora.conformance;

import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.BackwardListener;
import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.memory.SweptModel;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.List;
import java.util.stream.DoubleStream;

/// Loss and gradients of what is trained, against the reference's tensor by tensor.
final class GradientCheck {
    private GradientCheck() {}

    /// Adds up loss and gradients over `batches`, each a micro-batch of one step.
    ///
    /// @return mean loss of the labelled tokens
    static double run(LoadedCase loaded, TrainedTensors trained, List<PaddedBatch> batches) {
        return run(loaded, trained, batches, BackwardListener.NONE);
    }

    /// The same, telling where the backward stands.
    static double run(LoadedCase loaded, TrainedTensors trained, List<PaddedBatch> batches, BackwardListener listener) {
        int tokens = batches.stream().mapToInt(PaddedBatch::tokens).max().orElse(0);
        TrainingPass.Plan plan = loaded.plan(
                tokens,
                batches.size(),
                trained.adapters(),
                trained.gradients().parameters().keySet());
        try (SweptModel weights =
                        loaded.weights(trained.model(), plan, batches.size() * TokenBatch.Buffers.measure(tokens));
                TensorArena arena = loaded.arena();
                TrainingPass pass = new TrainingPass(
                        loaded.backend(),
                        weights.weights(),
                        plan,
                        loaded.tiers().device())) {
            List<TokenBatch> unpadded = batches.stream()
                    .map(batch -> batch.unpadded(new TokenBatch.Buffers(tokens, arena)))
                    .toList();
            trained.gradients().clear(loaded.backend());
            StepPart all = StepPart.all(unpadded, 0);
            double[] sums = pass.lossesAndGradients(unpadded, trained.adapters(), trained.gradients(), all, listener);
            return all.mean(DoubleStream.of(sums).sum());
        }
    }

    /// Compares the gradients with those in `file` under `prefix`.
    static Finding compare(
            String quantity, LoadedCase loaded, TrainedTensors trained, String file, String prefix, double scale) {
        Comparison comparison = new Comparison(quantity);
        try (Checkpoint expected = loaded.open(file)) {
            for (Trainable trainable : trained.trainables()) {
                String name = prefix + trainable.name();
                float[] values = Values.floats(loaded.backend(), trainable.gradient());
                for (int i = 0; i < values.length; i++) {
                    values[i] *= (float) scale;
                }
                comparison.values(
                        name, expected.tensor(name), values, loaded.reference().tolerance(file, name));
            }
        }
        return comparison.finding();
    }
}
