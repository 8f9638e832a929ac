package dev.gantry.lora.conformance;

import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// A short training run on the case's batches, step by step beside the reference's.
final class Trajectory {
    private static final OptimizerSettings ADAMW = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);
    private static final double MAX_NORM = 1;

    private Trajectory() {}

    /// Trains and compares loss, gradient norm and learning rate of every step.
    ///
    /// @param curve where the reference's values are
    /// @param batches the micro-batches of each step
    static Finding run(
            String quantity,
            LoadedCase loaded,
            TrainedTensors trained,
            Curve curve,
            IntFunction<List<PaddedBatch>> batches) {
        try (TensorArena arena = new TensorArena();
                Checkpoint expected = loaded.open(curve.file())) {
            int steps = Math.toIntExact(expected.tensor(curve.loss()).elements());
            List<List<PaddedBatch>> all = new ArrayList<>();
            for (int step = 0; step < steps; step++) {
                all.add(batches.apply(step));
            }
            float[][] measured = train(loaded, trained, curve, all, arena);
            Comparison comparison = new Comparison(quantity);
            String[] names = {curve.loss(), curve.norm(), curve.learningRate()};
            for (int i = 0; i < names.length; i++) {
                if (expected.tensors().containsKey(names[i])) {
                    comparison.values(
                            names[i],
                            expected.tensor(names[i]),
                            measured[i],
                            loaded.reference().tolerance(curve.file(), names[i]));
                }
            }
            return comparison.finding();
        }
    }

    private static float[][] train(
            LoadedCase loaded, TrainedTensors trained, Curve curve, List<List<PaddedBatch>> steps, TensorArena arena) {
        int tokens = steps.stream()
                .flatMap(List::stream)
                .mapToInt(PaddedBatch::tokens)
                .max()
                .orElse(0);
        int microBatches = steps.stream().mapToInt(List::size).max().orElse(0);
        TrainingPass.Plan plan = new TrainingPass.Plan(
                tokens,
                microBatches,
                Retention.BOUNDARY,
                trained.adapters(),
                trained.gradients().parameters().keySet());
        Optimizer optimizer = Optimizer.of(ADAMW, loaded.backend(), trained.trainables(), arena);
        float[][] measured = new float[3][steps.size()];
        try (ResidentWeights weights = new ResidentWeights(loaded.backend(), trained.model(), ComputeType.F32);
                TrainingPass pass = new TrainingPass(loaded.backend(), weights.weights(), plan)) {
            for (int step = 0; step < steps.size(); step++) {
                List<TokenBatch> batches = steps.get(step).stream()
                        .map(batch -> batch.unpadded(arena))
                        .toList();
                trained.gradients().clear(loaded.backend());
                double loss = pass.lossAndGradients(batches, trained.adapters(), trained.gradients(), step);
                double norm = GradientClipping.globalNorm(loaded.backend(), trained.trainables());
                double rate = curve.rate(step);
                optimizer.step(rate, GradientClipping.scale(norm, MAX_NORM));
                weights.refresh();
                measured[0][step] = (float) loss;
                measured[1][step] = (float) norm;
                measured[2][step] = (float) rate;
            }
        }
        return measured;
    }

    /// Names of a reference curve, and the learning rate it was made with.
    record Curve(String file, String loss, String norm, String learningRate, Schedule schedule, double peakRate) {

        double rate(int step) {
            return peakRate * schedule.factor(step);
        }
    }
}
