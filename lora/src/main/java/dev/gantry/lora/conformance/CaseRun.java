package dev.gantry.lora.conformance;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.conformance.Trajectory.Curve;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
    private final MemoryTiers tiers;
    private final List<Finding> findings = new ArrayList<>();

    public CaseRun(Backend backend, CaseFolder reference) {
        this(backend, reference, MemoryTiers.within(MemoryLimits.NONE, backend));
    }

    /// @param tiers where everything is taken from that is computed with; limits never change a number
    public CaseRun(Backend backend, CaseFolder reference, MemoryTiers tiers) {
        this.tiers = tiers;
        this.backend = backend;
        this.reference = reference;
    }

    /// All findings, in the order of the case's files.
    public List<Finding> run() {
        if (reference.has("inputs.safetensors")) {
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
        } catch (GantryException | UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
            findings.add(new Finding.Failed(part, String.valueOf(e.getMessage())));
        }
    }

    private List<Finding> checkpoint() {
        try (LoadedModel model = open(reference.folder())) {
            LoadedCase loaded = new LoadedCase(backend, reference, model, tiers);
            if (reference.has("forward.safetensors")) {
                guarded("forward", () -> forward(loaded));
            }
            if (reference.has("forward.safetensors") || reference.has("grads.safetensors")) {
                guarded("gradients", () -> List.of(WholeGradients.compare(loaded)));
            }
            if (reference.has("generate.safetensors")) {
                guarded("generation", () -> greedy(loaded));
            }
            if (Files.isDirectory(loaded.adapterFolder("adapter_init"))) {
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
                ForwardCheck check = loaded.forward(loaded.stored(), Adapters.NONE)) {
            return check.against("forward", "forward.safetensors", expected);
        }
    }

    private List<Finding> greedy(LoadedCase loaded) {
        try (Checkpoint expected = loaded.open("generate.safetensors")) {
            return new GreedyCheck(loaded, expected).run();
        }
    }

    private List<Finding> fullFineTune(LoadedCase loaded) {
        String file = "full_ft.safetensors";
        String steps = "full fine-tune, loss, norm and rate of each step";
        Curve curve = new Curve(file, "loss", "grad_norm", "lr", new Schedule.Constant(0), FULL_RATE);
        TrainBatches batches = TrainBatches.read(loaded);
        if (tiers.areLimited()) {
            try (TemporaryFolder folder = TemporaryFolder.make()) {
                return new StagedFineTune(loaded, folder.path()).run(steps, curve, batches);
            }
        }
        try (TensorArena arena = loaded.arena();
                Checkpoint expected = loaded.open(file)) {
            TrainedTensors trained = TrainedTensors.of(loaded, arena);
            Finding trajectory = Trajectory.run(steps, loaded, trained, curve, step -> List.of(batches.of(step)));
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
            LoadedCase loaded = new LoadedCase(backend, reference, model, tiers);
            try (Checkpoint expected = loaded.open(file);
                    ForwardCheck check = loaded.forward(loaded.stored(), Adapters.NONE)) {
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
