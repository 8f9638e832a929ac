package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.offload.trainable.Kind;
import dev.gantry.offload.trainable.OffloadedStep;
import dev.gantry.offload.trainable.Origin;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.StateSource;
import dev.gantry.offload.trainable.StepResult;
import dev.gantry.offload.trainable.TrainablePlan;
import dev.gantry.offload.trainable.TrainedTensor;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Trains all parameters of a model whose values live on several tiers.
///
/// Moments that live on disk are not copied into checkpoints: a checkpoint names the generation of the run's files that
/// holds them, see {@link KeptStates}.
final class OffloadedTrainer implements Trainer {
    private final Backend backend;
    private final RecordLayout layout;
    private final TrainablePlan plan;
    private final OffloadedStep.Job job;
    private final MemoryLayout memory;
    private final StateFolders folders;
    private final StateSource beginning;
    private final OffloadedFiles files;
    private String owner = StateFolders.newOwner();
    private Path states;
    private @Nullable OffloadedStep step;

    /// @param beginning the values that a new run starts from
    OffloadedTrainer(
            Backend backend,
            BaseModel base,
            RecordLayout layout,
            TrainablePlan plan,
            OffloadedStep.Job job,
            MemoryLayout memory,
            StateFolders folders,
            StateSource beginning) {
        this.backend = backend;
        this.layout = layout;
        this.plan = plan;
        this.job = job;
        this.memory = memory;
        this.folders = folders;
        this.beginning = beginning;
        this.states = folders.of(owner);
        this.files = new OffloadedFiles(base, layout, memory.host());
    }

    @Override
    public void start() throws IOException {
        folders.deleteLeftovers("");
        try {
            step = open(Origin.fresh(beginning));
        } finally {
            if (step == null) {
                folders.deleteLeftovers(""); // a run that could not begin leaves nothing
            }
        }
    }

    @Override
    public void resume(Path checkpoint, long steps) throws IOException {
        Optional<KeptStates> kept = KeptStates.in(checkpoint);
        folders.deleteLeftovers(kept.map(KeptStates::owner).orElse(""));
        boolean goesOn = kept.isPresent() && kept.get().serves(plan);
        if (goesOn) {
            owner = kept.get().owner();
            states = kept.get().place(folders.run());
        }
        Path model = checkpoint.resolve(Checkpoint.MODEL_FOLDER);
        try (LoadedModel masters = ModelFolder.open(model).load();
                SavedMoments moments = goesOn
                        ? SavedMoments.inCheckpoint(layout, checkpoint)
                        : SavedMoments.of(layout, checkpoint, memory.host())) {
            StateSource saved = StartingValues.saved(masters.model(), moments, backend);
            step = open(new Origin(saved, steps, goesOn ? Origin.Disk.KEPT : Origin.Disk.WRITTEN));
        }
    }

    private OffloadedStep open(Origin origin) {
        OffloadedStep.Room room = new OffloadedStep.Room(memory.device(), memory.host(), states, owner);
        return new OffloadedStep(backend, layout, plan, job, room, origin);
    }

    private OffloadedStep step() {
        return Objects.requireNonNull(step, "training has not begun");
    }

    @Override
    public TrainingStep.Result take(List<TokenBatch> microBatches, double learningRate, long seed, float lossScale) {
        StepResult result = step().take(microBatches, learningRate, seed, lossScale);
        return new TrainingStep.Result(result.loss(), result.gradientNorm());
    }

    @Override
    public double lossSum(List<TokenBatch> microBatches) {
        return step().lossSum(microBatches);
    }

    @Override
    public ModelWeights weights() {
        return step().weights();
    }

    @Override
    public Adapters adapters() {
        return Adapters.NONE;
    }

    @Override
    public void save(Path checkpoint) throws IOException {
        files.writeModel(step(), checkpoint);
        Predicate<TrainedTensor> onDisk = tensor -> plan.isOnDisk(layout, Kind.MOMENTS, tensor);
        files.writeMoments(step(), onDisk.negate(), checkpoint);
        // last: until the folder is published, the generation before this one is still there
        step().checkpoint();
        if (layout.model().tensors().stream().anyMatch(onDisk)) {
            KeptStates.of(folders.run(), states, owner, step().steps(), plan).write(checkpoint);
        }
    }

    @Override
    public void close() {
        if (step != null) {
            step.close();
        }
    }
}
