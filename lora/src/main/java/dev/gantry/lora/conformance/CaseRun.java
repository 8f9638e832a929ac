package dev.gantry.lora.conformance;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.conformance.Trajectory.Curve;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Runs one reference case: everything its folder holds that Gantry computes.
public final class CaseRun {
    private static final String RLHF = "reward models, DPO and PPO come with the RLHF work";
    private static final double FULL_RATE = 5e-4;

    private final Backend backend;
    private final CaseFolder reference;
    private final List<Finding> findings = new ArrayList<>();

    public CaseRun(Backend backend, CaseFolder reference) {
        this.backend = backend;
        this.reference = reference;
    }

    /// All findings, in the order of the case's files.
    public List<Finding> run() {
        if (reference.has("forward.safetensors")) {
            guarded("the checkpoint", this::checkpoint);
            for (String variant : reference.variants()) {
                guarded("variant " + variant, () -> variant(variant));
            }
        }
        for (String part : List.of("reward/expected.safetensors", "dpo/expected.safetensors")) {
            if (reference.has(part)) {
                findings.add(new Finding.NotYet(part.substring(0, part.indexOf('/')), RLHF));
            }
        }
        if (reference.has("ppo/expected.safetensors")) {
            findings.add(new Finding.NotYet("ppo", RLHF));
        }
        return List.copyOf(findings);
    }

    /// A part that throws is a failure of that part, not of the others.
    private void guarded(String part, Supplier<List<Finding>> action) {
        try {
            findings.addAll(action.get());
        } catch (GantryException | IllegalArgumentException | IllegalStateException e) {
            findings.add(new Finding.Failed(part, String.valueOf(e.getMessage())));
        }
    }

    private List<Finding> checkpoint() {
        try (LoadedModel model = open(reference.folder())) {
            LoadedCase loaded = new LoadedCase(
                    backend,
                    reference,
                    model.model(),
                    model.folder().parameters()::name,
                    model.folder().family()::modulePath);
            guarded("forward", () -> forward(loaded));
            guarded("gradients", () -> gradients(loaded));
            if (reference.has("generate.safetensors")) {
                guarded("generation", () -> greedy(loaded));
            }
            if (reference.has("lora/forward.safetensors")) {
                guarded("adapter", () -> new AdapterRun(loaded).run());
            }
            if (reference.has("grad_accum/expected.safetensors")) {
                guarded("accumulation", () -> new AccumulationRun(loaded).run());
            }
            if (reference.has("full_ft.safetensors")) {
                guarded("full fine-tune", () -> fullFineTune(loaded));
            }
        }
        return List.of();
    }

    private List<Finding> forward(LoadedCase loaded) {
        try (Checkpoint expected = loaded.open("forward.safetensors");
                ForwardCheck check = loaded.forward(loaded.model(), Adapters.NONE)) {
            return check.against("forward", "forward.safetensors", expected);
        }
    }

    private List<Finding> gradients(LoadedCase loaded) {
        try (TensorArena arena = new TensorArena()) {
            TrainedTensors trained = TrainedTensors.of(loaded.model(), loaded.names(), backend, arena);
            double loss = GradientCheck.run(loaded, trained, List.of(loaded.inputs()));
            if (!Double.isFinite(loss)) {
                return List.of(new Finding.Failed("gradients", "the loss is " + loss));
            }
            return List.of(
                    GradientCheck.compare("gradients of all parameters", loaded, trained, "grads.safetensors", "", 1));
        }
    }

    private List<Finding> greedy(LoadedCase loaded) {
        try (Checkpoint expected = loaded.open("generate.safetensors")) {
            return new GreedyCheck(backend, reference, loaded.model(), expected).run();
        }
    }

    private List<Finding> fullFineTune(LoadedCase loaded) {
        String file = "full_ft.safetensors";
        Curve curve = new Curve(file, "loss", "grad_norm", "lr", new Schedule.Constant(0), FULL_RATE);
        TrainBatches batches = TrainBatches.read(loaded);
        try (TensorArena arena = new TensorArena();
                Checkpoint expected = loaded.open(file)) {
            TrainedTensors trained = TrainedTensors.of(loaded.model(), loaded.names(), backend, arena);
            Finding trajectory = Trajectory.run(
                    "full fine-tune, loss, norm and rate of each step",
                    loaded,
                    trained,
                    curve,
                    step -> List.of(batches.of(step)));
            try (ForwardCheck check = loaded.forward(trained.model(), Adapters.NONE)) {
                return List.of(trajectory, check.logits("full fine-tune", file, "final_logits", expected));
            }
        }
    }

    private List<Finding> variant(String name) {
        Path folder = reference.folder().resolve("variants").resolve(name);
        String own = "variants/" + name + "/expected.safetensors";
        String file = reference.has(own) ? own : "forward.safetensors";
        try (LoadedModel model = open(folder)) {
            LoadedCase loaded = new LoadedCase(
                    backend,
                    reference,
                    model.model(),
                    model.folder().parameters()::name,
                    model.folder().family()::modulePath);
            try (Checkpoint expected = loaded.open(file);
                    ForwardCheck check = loaded.forward(model.model(), Adapters.NONE)) {
                return List.of(check.logits("variant " + name, file, "logits", expected));
            }
        }
    }

    private static LoadedModel open(Path folder) {
        try {
            return ModelFolder.open(folder).load();
        } catch (IOException e) {
            throw GantryException.badInput(
                    "CONFORMANCE-MODEL", "cannot open the model " + folder, e.toString(), "Check the folder.");
        }
    }
}
