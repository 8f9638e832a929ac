package dev.gantry.lora.conformance;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.conformance.Trajectory.Curve;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// The LoRA part of a case: forward and gradients, twenty steps, the final adapter, live and merged.
final class AdapterRun {
    private static final double PEAK_RATE = 1e-3;
    private static final int WARM_UP = 3;
    private static final int STEPS = 20;

    static final String FORWARD = "lora/forward.safetensors";
    private static final String GRADIENTS = "lora/grads.safetensors";
    private static final String TRAINING = "lora/train.safetensors";
    private static final String FINAL = "lora/final.safetensors";
    private static final String MERGED = "lora/merged_weights.safetensors";
    private static final String ADAPTER = "adapter_final";

    private final LoadedCase loaded;
    private final List<Finding> findings = new ArrayList<>();

    AdapterRun(LoadedCase loaded) {
        this.loaded = loaded;
    }

    List<Finding> run() {
        try (Adapter adapter = loaded.adapter("adapter_init");
                TensorArena arena = loaded.arena()) {
            TrainedTensors trained = TrainedTensors.of(loaded.stored(), adapter, arena);
            forward("adapter", adapter);
            if (loaded.isDue(GRADIENTS)) {
                GradientCheck.run(loaded, trained, List.of(loaded.inputs()));
                findings.add(GradientCheck.compare("adapter gradients", loaded, trained, GRADIENTS, "", 1));
            }
            if (loaded.isDue(TRAINING)) {
                train(trained);
                finalAdapter(adapter);
            }
        }
        if (Files.isDirectory(loaded.adapterFolder("adapter_init_bin"))) {
            try (Adapter pickled = loaded.adapter("adapter_init_bin")) {
                forward("adapter from a .bin file", pickled);
            }
        }
        if (loaded.isDue(FINAL)) {
            live();
        }
        if (loaded.isDue(FINAL) || loaded.isDue(MERGED)) {
            merged();
        }
        return List.copyOf(findings);
    }

    private void forward(String label, Adapter adapter) {
        if (!loaded.has(FORWARD)) {
            return;
        }
        try (Checkpoint expected = loaded.open(FORWARD);
                ForwardCheck check = loaded.forward(loaded.stored(adapter), adapter.lowRank())) {
            findings.addAll(check.against(label, FORWARD, expected));
        }
    }

    private void train(TrainedTensors trained) {
        Curve curve = new Curve(TRAINING, "loss", "grad_norm", "lr", new Schedule.Cosine(WARM_UP, STEPS), PEAK_RATE);
        TrainBatches batches = TrainBatches.read(loaded);
        findings.add(Trajectory.run(
                "adapter training, loss, norm and rate of each step",
                loaded,
                trained,
                curve,
                step -> List.of(batches.of(step))));
    }

    /// The adapter that the run above left, against the reference's.
    private void finalAdapter(Adapter adapter) {
        String file = "lora/adapter_final/adapter_model.safetensors";
        Comparison comparison = new Comparison("adapter after training");
        try (Checkpoint expected = loaded.open(file)) {
            adapter.tensors()
                    .forEach((name, tensor) -> comparison.values(
                            name,
                            expected.tensor(name),
                            Values.floats(loaded.backend(), tensor.matrix()),
                            loaded.reference().tolerance(file, name)));
        }
        findings.add(comparison.finding());
    }

    /// The reference's final adapter, applied on the fly.
    private void live() {
        try (Adapter adapter = loaded.adapter(ADAPTER);
                Checkpoint expected = loaded.open(FINAL);
                ForwardCheck live = loaded.forward(loaded.stored(adapter), adapter.lowRank())) {
            findings.add(live.logits("final adapter", FINAL, "adapter_logits", expected));
        }
    }

    /// The reference's final adapter, merged into the weights.
    private void merged() {
        try (MergedCase merged = MergedCase.of(loaded, ADAPTER)) {
            if (loaded.isDue(MERGED)) {
                findings.add(mergedWeights(merged));
            }
            if (loaded.isDue(FINAL)) {
                try (Checkpoint expected = loaded.open(FINAL);
                        ForwardCheck check = loaded.forward(merged.model(), Adapters.NONE)) {
                    findings.add(check.logits("final adapter", FINAL, "merged_logits", expected));
                }
            }
        }
    }

    private Finding mergedWeights(MergedCase merged) {
        Comparison comparison = new Comparison("merged weights");
        try (Checkpoint expected = loaded.open(MERGED)) {
            for (ParameterId id : merged.changed()) {
                String name = loaded.name(id);
                comparison.values(
                        name,
                        expected.tensor(name),
                        Values.floats(merged.model().model().parameter(id)),
                        loaded.reference().tolerance(MERGED, name));
            }
        }
        return comparison.finding();
    }
}
