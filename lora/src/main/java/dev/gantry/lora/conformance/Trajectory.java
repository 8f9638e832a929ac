package dev.gantry.lora.conformance;

import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.memory.SweptModel;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// A short training run on the case's batches, step by step beside the reference's.
final class Trajectory {
    static final OptimizerSettings ADAMW = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);
    static final double MAX_NORM = 1;

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
        return compare(quantity, loaded, curve, batches, steps -> train(loaded, trained, curve, steps));
    }

    /// Takes steps, and says loss, gradient norm and learning rate of each.
    @FunctionalInterface
    interface Steps {
        float[][] take(List<List<PaddedBatch>> steps);
    }

    /// The same with steps that are taken otherwise.
    static Finding compare(
            String quantity, LoadedCase loaded, Curve curve, IntFunction<List<PaddedBatch>> batches, Steps taken) {
        try (Checkpoint expected = loaded.open(curve.file())) {
            int steps = Math.toIntExact(expected.tensor(curve.loss()).elements());
            List<List<PaddedBatch>> all = new ArrayList<>();
            for (int step = 0; step < steps; step++) {
                all.add(batches.apply(step));
            }
            float[][] measured = taken.take(all);
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
            LoadedCase loaded, TrainedTensors trained, Curve curve, List<List<PaddedBatch>> steps) {
        int tokens = steps.stream()
                .flatMap(List::stream)
                .mapToInt(PaddedBatch::tokens)
                .max()
                .orElse(0);
        int microBatches = steps.stream().mapToInt(List::size).max().orElse(0);
        TrainingPass.Plan plan = loaded.plan(
                tokens,
                microBatches,
                trained.adapters(),
                trained.gradients().parameters().keySet());
        long beside = microBatches * TokenBatch.Buffers.measure(tokens) + optimizerBytes(loaded, trained);
        float[][] measured = new float[3][steps.size()];
        try (SweptModel weights = loaded.weights(trained.model(), plan, beside);
                TensorArena arena = loaded.arena();
                TrainingPass pass = new TrainingPass(
                        loaded.backend(),
                        weights.weights(),
                        plan,
                        loaded.tiers().device())) {
            Optimizer optimizer = Optimizer.of(ADAMW, loaded.backend(), trained.trainables(), arena);
            List<TokenBatch.Buffers> buffers = new ArrayList<>();
            for (int i = 0; i < microBatches; i++) {
                buffers.add(new TokenBatch.Buffers(tokens, arena));
            }
            for (int step = 0; step < steps.size(); step++) {
                List<TokenBatch> batches = new ArrayList<>();
                for (PaddedBatch batch : steps.get(step)) {
                    batches.add(batch.unpadded(buffers.get(batches.size())));
                }
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

    private static long optimizerBytes(LoadedCase loaded, TrainedTensors trained) {
        try (TensorArena shapes = TensorArena.measuring()) {
            Optimizer.of(ADAMW, loaded.backend(), trained.trainables(), shapes);
            return shapes.allocatedBytes();
        }
    }

    /// Names of a reference curve, and the learning rate it was made with.
    record Curve(String file, String loss, String norm, String learningRate, Schedule schedule, double peakRate) {

        double rate(int step) {
            return peakRate * schedule.factor(step);
        }
    }
}
