package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.BoundaryPlacement;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.boundary.TieredBoundaries;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.StreamedWeights;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.trainable.OffloadedStep;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.StateSource;
import dev.gantry.zoo.family.Family;
import java.io.IOException;
import java.nio.file.Path;

/// Everything a run computes with, made from its inputs; the same inputs give the same bits.
final class TrainingSetup implements AutoCloseable {
    private final Resources resources = new Resources();
    private final RunInputs inputs;
    private final Path run;
    private final ResolvedSettings settings;
    private final RunDevices devices;
    private final Backend backend;
    private final MemoryLayout layout;
    private final MemoryAccount device;
    private final Trainer trainer;
    private final SampleAnswers questions;

    /// What is trained, and how it is saved.
    private record Trained(Trainee trainee, CheckpointFiles files) {}

    private TrainingSetup(RunInputs inputs, Path run, Resources resources, TrainingEnvironment environment)
            throws IOException {
        this.inputs = inputs;
        this.run = run;
        this.settings = inputs.settings();
        this.devices = resources.add(RunDevices.open(settings, environment.devices()));
        this.backend = devices.backend();
        this.layout = MemoryLayout.of(inputs, devices, environment);
        this.device = layout.device();
        this.trainer = resources.add(trainer(resources, environment));
        this.questions = ChatSamples.of(inputs, backend, layout.answers());
    }

    /// Makes everything; `inputs` stay with the caller, who closes the result first.
    ///
    /// @param run the run's folder
    static TrainingSetup of(RunInputs inputs, Path run, TrainingEnvironment environment) throws IOException {
        Resources made = new Resources();
        boolean complete = false;
        try {
            TrainingSetup setup = new TrainingSetup(inputs, run, made, environment);
            setup.resources.add(made);
            complete = true;
            return setup;
        } finally {
            if (!complete) {
                made.close();
            }
        }
    }

    private Trainer trainer(Resources made, TrainingEnvironment environment) {
        if (settings.ranks() > 1) {
            return RankedTrainer.of(inputs, layout, devices);
        }
        return layout.plan().placement().weights() instanceof Placement.Weights.Trained values
                ? offDevice(values)
                : onOneDevice(made, environment.progress());
    }

    private Trainer onOneDevice(Resources made, Progress progress) {
        Trained trained = switch (settings.config().stage()) {
            case SFT -> lora(made, progress);
            case FULL, PRETRAIN -> full(made);
        };
        TrainingStep step = new TrainingStep(
                backend, trained.trainee(), settings.optimizer(), settings.maxGradNorm(), extent(), device);
        return new DeviceTrainer(step, trained.trainee(), trained.files(), backend);
    }

    private TrainingStep.Extent extent() {
        int tokens = inputs.maxBatchTokens();
        int microBatches = settings.microBatches();
        Retention retention = layout.plan().retention();
        return switch (layout.plan().placement().weights()) {
            case Placement.Weights.Mapped _, Placement.Weights.Trained _ ->
                new TrainingStep.Extent(tokens, microBatches, retention);
            case Placement.Weights.Tiered(FrozenPlan plan, BoundaryPlan stream) ->
                new TrainingStep.Extent(
                        tokens, microBatches, retention, plan.head().order(), boundaries(stream));
        };
    }

    private BoundaryPlacement boundaries(BoundaryPlan stream) {
        String folder = settings.config().machine().diskFolder();
        return stream.leavesDevice()
                ? TieredBoundaries.placement(stream, layout.host(), folder == null ? run : Path.of(folder))
                : BoundaryPlacement.ON_DEVICE;
    }

    private Trained lora(Resources made, Progress progress) {
        BaseModel base = inputs.base();
        Family family = base.family();
        DecoderSpec spec = base.spec();
        AdapterLayout places = JobDescription.adapterLayout(inputs);
        Adapter adapter = made.add(new Adapter(settings.lora(), places, family::modulePath, device));
        adapter.initialise(settings.seed(), base.weights(), backend);
        Trainee trainee = made.add(
                switch (layout.plan().placement().weights()) {
                    case Placement.Weights.Mapped _ ->
                        new LoraTrainee(
                                backend, base.weights(), adapter, settings.compute(), settings.decayScope(), device);
                    case Placement.Weights.Trained _ ->
                        throw new IllegalStateException("an adapter is planned as if it were a whole model");
                    case Placement.Weights.Tiered tiered ->
                        new LoraTrainee(streamed(tiered.plan(), progress), adapter, settings.decayScope(), device);
                });
        return new Trained(
                trainee, new AdapterFiles(adapter, spec, settings.config().model(), backend));
    }

    private BaseWeights streamed(FrozenPlan plan, Progress progress) {
        StreamedWeights.Budgets budgets = new StreamedWeights.Budgets(layout.device(), layout.host());
        return new BaseWeights.Streamed(
                new StreamedWeights(backend, inputs.base().stored(), settings.compute(), plan, budgets, progress));
    }

    /// All parameters, whose values live on the tiers that the plan says.
    private Trainer offDevice(Placement.Weights.Trained values) {
        BaseModel base = inputs.base();
        RecordLayout records = base.trainedWhole(
                settings.compute(), rank -> settings.decayScope().of(rank));
        OffloadedStep.Job job = new OffloadedStep.Job(
                settings.optimizer(),
                settings.maxGradNorm(),
                inputs.maxBatchTokens(),
                settings.microBatches(),
                layout.plan().retention(),
                values.boundaries());
        StateSource beginning = settings.config().stage() == Stage.PRETRAIN
                ? StartingValues.fresh(new FreshParameters(base.spec(), settings.seed()))
                : StartingValues.of(base.weights(), backend);
        StateFolders folders = StateFolders.of(run, settings.config().machine().diskFolder());
        return new OffloadedTrainer(backend, base, records, values.plan(), job, layout, folders, beginning);
    }

    private Trained full(Resources made) {
        BaseModel base = inputs.base();
        var names = base.family().names();
        FullTrainee trainee = made.add(
                settings.config().stage() == Stage.PRETRAIN
                        ? FullTrainee.fresh(
                                backend,
                                base.spec(),
                                settings.seed(),
                                names::standard,
                                settings.compute(),
                                settings.decayScope(),
                                device)
                        : FullTrainee.of(
                                backend,
                                base.weights(),
                                names::standard,
                                settings.compute(),
                                settings.decayScope(),
                                device));
        return new Trained(trainee, new ModelFiles(base, trainee, backend));
    }

    /// Who holds how much of the memory that is computed in.
    MemoryAccount device() {
        return device;
    }

    /// Where memory is taken from, and by what plan.
    MemoryLayout layout() {
        return layout;
    }

    Trainer trainer() {
        return trainer;
    }

    SampleAnswers questions() {
        return questions;
    }

    @Override
    public void close() {
        resources.close();
    }
}
