package dev.gantry.lora.conformance;

import dev.gantry.engine.optim.Schedule;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.conformance.Trajectory.Curve;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/// Micro-batches against one batch: Gantry weights every labelled token of a step alike.
final class AccumulationRun {
    private static final String FILE = "grad_accum/expected.safetensors";
    private static final String GRADIENTS = "grad_accum/grads.safetensors";
    private static final int ROWS = 2;
    private static final double RATE = 1e-3;

    private final LoadedCase loaded;

    AccumulationRun(LoadedCase loaded) {
        this.loaded = loaded;
    }

    List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        for (String tag : List.of("even", "uneven")) {
            PaddedBatch batch = read(tag);
            findings.addAll(step(tag, "one_batch", List.of(batch)));
            findings.addAll(step(tag, "token_weighted", microBatches(batch)));
        }
        findings.add(train());
        return findings;
    }

    private PaddedBatch read(String tag) {
        try (Checkpoint file = loaded.open("grad_accum/" + tag + ".safetensors")) {
            return PaddedBatch.read(file, "");
        }
    }

    private static List<PaddedBatch> microBatches(PaddedBatch batch) {
        List<PaddedBatch> micro = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row += ROWS) {
            micro.add(batch.rows(row, ROWS));
        }
        return micro;
    }

    /// Loss and gradients of one step; those of micro-batches weighted by tokens equal those of one batch.
    private List<Finding> step(String tag, String way, List<PaddedBatch> batches) {
        try (Adapter adapter = adapter();
                TensorArena arena = loaded.arena();
                Checkpoint expected = loaded.open(FILE)) {
            TrainedTensors trained = TrainedTensors.of(loaded.stored(), adapter, arena);
            float loss = (float) GradientCheck.run(loaded, trained, batches);
            String tensor = tag + "." + way + ".loss";
            String quantity = "accumulation, " + tag + ", " + way.replace('_', ' ');
            Comparison comparison = new Comparison(quantity + ", loss");
            if (!expected.tensor(tensor).shape().equals(Shape.of())) {
                throw new IllegalArgumentException(tensor + " is not a scalar");
            }
            comparison.values(
                    tensor,
                    expected.tensor(tensor),
                    new float[] {loss},
                    loaded.reference().tolerance(FILE, tensor));
            List<Finding> findings = new ArrayList<>(List.of(comparison.finding()));
            if (loaded.isDue(GRADIENTS)) {
                String what = quantity + ", gradients";
                findings.add(GradientCheck.compare(what, loaded, trained, GRADIENTS, tag + ".one_batch/", 1));
            }
            return findings;
        }
    }

    private Finding train() {
        Curve curve = new Curve(FILE, "train_loss", "train_grad_norm", "train_lr", new Schedule.Constant(0), RATE);
        List<PaddedBatch> batches = microBatches(read("even"));
        try (Adapter adapter = adapter();
                TensorArena arena = loaded.arena()) {
            TrainedTensors trained = TrainedTensors.of(loaded.stored(), adapter, arena);
            return Trajectory.run("accumulation, training steps", loaded, trained, curve, step -> batches);
        }
    }

    private Adapter adapter() {
        return loaded.adapter("adapter_init");
    }
}
