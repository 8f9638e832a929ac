package dev.gantry.lora.conformance;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterMerge;
import dev.gantry.lora.conformance.Trajectory.Curve;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The LoRA part of a case: forward and gradients, twenty steps, the final adapter, live and merged.
final class AdapterRun {
    private static final double PEAK_RATE = 1e-3;
    private static final int WARM_UP = 3;
    private static final int STEPS = 20;

    private final LoadedCase loaded;
    private final List<Finding> findings = new ArrayList<>();

    AdapterRun(LoadedCase loaded) {
        this.loaded = loaded;
    }

    List<Finding> run() {
        try (Adapter adapter = loaded.adapter("adapter_init");
                TensorArena arena = new TensorArena()) {
            TrainedTensors trained = TrainedTensors.of(loaded.model(), adapter, arena);
            forward("adapter", adapter);
            GradientCheck.run(loaded, trained, List.of(loaded.inputs()));
            findings.add(GradientCheck.compare("adapter gradients", loaded, trained, "lora/grads.safetensors", "", 1));
            train(trained);
            finalAdapter(adapter);
        }
        if (Files.isDirectory(loaded.reference().folder().resolve("lora/adapter_init_bin"))) {
            try (Adapter pickled = loaded.adapter("adapter_init_bin")) {
                forward("adapter from a .bin file", pickled);
            }
        }
        try (Adapter adapter = loaded.adapter("adapter_final")) {
            merged(adapter);
        }
        return List.copyOf(findings);
    }

    private void forward(String label, Adapter adapter) {
        String file = "lora/forward.safetensors";
        try (Checkpoint expected = loaded.open(file);
                ForwardCheck check = loaded.forward(adapter.overlay(loaded.model()), adapter.lowRank())) {
            findings.addAll(check.against(label, file, expected));
        }
    }

    private void train(TrainedTensors trained) {
        Curve curve = new Curve(
                "lora/train.safetensors", "loss", "grad_norm", "lr", new Schedule.Cosine(WARM_UP, STEPS), PEAK_RATE);
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
                            Values.floats(tensor),
                            loaded.reference().tolerance(file, name)));
        }
        findings.add(comparison.finding());
    }

    /// The reference's final adapter, applied on the fly and merged into the weights.
    private void merged(Adapter adapter) {
        String file = "lora/final.safetensors";
        try (TensorArena arena = new TensorArena();
                Checkpoint expected = loaded.open(file)) {
            try (ForwardCheck live = loaded.forward(adapter.overlay(loaded.model()), adapter.lowRank())) {
                findings.add(live.logits("final adapter", file, "adapter_logits", expected));
            }
            Map<ParameterId, Tensor> merged = merge(adapter, arena);
            findings.add(mergedWeights(merged));
            Map<ParameterId, Tensor> parameters = new HashMap<>(loaded.model().parameters());
            parameters.putAll(merged);
            DecoderModel model = new DecoderModel(loaded.model().spec(), parameters);
            try (ForwardCheck check = loaded.forward(model, Adapters.NONE)) {
                findings.add(check.logits("final adapter", file, "merged_logits", expected));
            }
        }
    }

    private Map<ParameterId, Tensor> merge(Adapter adapter, TensorArena arena) {
        AdapterMerge merge = new AdapterMerge(adapter, loaded.model().spec().linearLayout(), loaded.backend());
        Map<ParameterId, Tensor> merged = new HashMap<>();
        loaded.model().parameters().forEach((id, base) -> {
            if (merge.changes(id)) {
                Tensor target = arena.allocate(DType.F32, base.shape().toArray());
                merge.merge(id, base.matrix(), target.matrix());
                merged.put(id, target);
            }
        });
        return merged;
    }

    private Finding mergedWeights(Map<ParameterId, Tensor> merged) {
        String file = "lora/merged_weights.safetensors";
        Comparison comparison = new Comparison("merged weights");
        try (Checkpoint expected = loaded.open(file)) {
            merged.forEach((id, tensor) -> {
                String name = loaded.names().name(id);
                comparison.values(
                        name,
                        expected.tensor(name),
                        Values.floats(tensor),
                        loaded.reference().tolerance(file, name));
            });
        }
        return comparison.finding();
    }
}
