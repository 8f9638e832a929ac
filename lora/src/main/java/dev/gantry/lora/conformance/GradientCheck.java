package dev.gantry.lora.conformance;

import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.List;

/// Loss and gradients of what is trained, against the reference's tensor by tensor.
final class GradientCheck {
    private GradientCheck() {}

    /// Adds up loss and gradients over `batches`, each a micro-batch of one step.
    ///
    /// @return mean loss of the labelled tokens
    static double run(LoadedCase loaded, TrainedTensors trained, List<PaddedBatch> batches) {
        int tokens = batches.stream().mapToInt(PaddedBatch::tokens).max().orElse(0);
        TrainingPass.Plan plan = new TrainingPass.Plan(
                tokens,
                batches.size(),
                Retention.EVERYTHING,
                trained.adapters(),
                trained.gradients().parameters().keySet());
        try (TensorArena arena = new TensorArena();
                ResidentWeights weights = new ResidentWeights(loaded.backend(), trained.model(), ComputeType.F32);
                TrainingPass pass = new TrainingPass(loaded.backend(), weights.weights(), plan)) {
            List<TokenBatch> unpadded =
                    batches.stream().map(batch -> batch.unpadded(arena)).toList();
            trained.gradients().clear(loaded.backend());
            return pass.lossAndGradients(unpadded, trained.adapters(), trained.gradients(), 0);
        }
    }

    /// Compares the gradients with those in `file` under `prefix`.
    static Finding compare(
            String quantity, LoadedCase loaded, TrainedTensors trained, String file, String prefix, double scale) {
        Comparison comparison = new Comparison(quantity);
        try (Checkpoint expected = loaded.open(file)) {
            for (Trainable trainable : trained.trainables()) {
                String name = prefix + trainable.name();
                float[] values = Values.floats(trainable.gradient());
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
