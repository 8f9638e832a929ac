package dev.gantry.lora.train;

import dev.gantry.engine.collective.Traffic;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.offload.ranks.RankedJob;
import dev.gantry.offload.ranks.RankedTraining;
import dev.gantry.offload.ranks.StepResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// Trains on several ranks that divide the micro-batches of a run or the blocks of its model, and the threads of the
/// processor or its cards.
final class RankedTrainer implements Trainer {
    /// How long a rank waits for another: a rank that fails says so, and one that computes may take long.
    private static final Duration PATIENCE = Duration.ofHours(2);

    private final Resources resources;
    private final RankedTraining training;
    private final RankedFiles files;
    private final RankedStates states;

    private RankedTrainer(Resources resources, RankedTraining training, RankedFiles files, RankedStates states) {
        this.resources = resources;
        this.training = training;
        this.files = files;
        this.states = states;
    }

    /// @param devices those of the ranks are closed here
    static RankedTrainer of(RunInputs inputs, MemoryLayout layout, RunDevices devices) {
        Resources made = new Resources();
        boolean complete = false;
        try {
            RankedTrainer trainer = inputs.settings().config().stage() == Stage.SFT
                    ? adapter(inputs, layout, devices, made)
                    : model(inputs, layout, devices, made);
            complete = true;
            return trainer;
        } finally {
            if (!complete) {
                made.close();
            }
        }
    }

    private static RankedTrainer adapter(RunInputs inputs, MemoryLayout layout, RunDevices devices, Resources made) {
        BaseModel base = inputs.base();
        ResolvedSettings settings = inputs.settings();
        Adapter adapter = made.add(new Adapter(
                settings.lora(), JobDescription.adapterLayout(inputs), base.family()::modulePath, layout.device()));
        adapter.initialise(settings.seed(), base.weights(), devices.host());
        AdapterFiles files =
                new AdapterFiles(adapter, base.spec(), settings.config().model(), devices.host());
        Function<String, Matrix> start = name ->
                Objects.requireNonNull(adapter.tensors().get(name), name).matrix();
        return of(inputs, layout, devices, made, start, new RankedAdapterFiles(adapter, files));
    }

    private static RankedTrainer model(RunInputs inputs, MemoryLayout layout, RunDevices devices, Resources made) {
        BaseModel base = inputs.base();
        RankedFiles files = new RankedModelFiles(base, layout.device());
        if (inputs.settings().config().stage() == Stage.PRETRAIN) {
            try (FreshTensors fresh = new FreshTensors(base, inputs.settings().seed(), layout.device())) {
                return of(inputs, layout, devices, made, fresh, files);
            }
        }
        Map<String, ParameterId> ids = new HashMap<>();
        DecoderParameters.of(base.spec())
                .forEach(parameter -> ids.put(base.family().names().standard(parameter.id()), parameter.id()));
        Function<String, Matrix> start = name -> base.weights()
                .parameter(Objects.requireNonNull(ids.get(name), name))
                .matrix();
        return of(inputs, layout, devices, made, start, files);
    }

    private static RankedTrainer of(
            RunInputs inputs,
            MemoryLayout layout,
            RunDevices devices,
            Resources made,
            Function<String, Matrix> start,
            RankedFiles files) {
        RankedJob.Division division = Objects.requireNonNull(layout.division());
        RankedJob job = RankedJobs.of(inputs, layout.plan().retention(), division);
        RankedTraining training = made.add(new RankedTraining(
                job, start, new RankedTraining.Memory(layout.ranks(), layout.device()), PATIENCE, devices.ranks()));
        return new RankedTrainer(made, training, files, new RankedStates(job.tensors(), layout.device()));
    }

    @Override
    public void start() {
        // the ranks have their values since construction
    }

    @Override
    public TrainingStep.Result take(List<TokenBatch> microBatches, double learningRate, long seed, float lossScale) {
        StepResult result = training.take(microBatches, learningRate, seed, lossScale);
        return new TrainingStep.Result(result.loss(), result.gradientNorm());
    }

    @Override
    public double lossSum(List<TokenBatch> microBatches) {
        return training.lossSum(microBatches);
    }

    @Override
    public ModelWeights weights() {
        return training.weights();
    }

    @Override
    public Adapters adapters() {
        return training.adapters();
    }

    @Override
    public void save(Path checkpoint) throws IOException {
        files.write(checkpoint, training);
        states.write(checkpoint.resolve(Checkpoint.OPTIMIZER_FILE), training);
    }

    @Override
    public void resume(Path checkpoint, long steps) throws IOException {
        files.read(checkpoint, training);
        files.readStates(checkpoint, states, training);
        training.resumeAt(steps);
    }

    /// Bytes that crossed between the ranks so far.
    Traffic traffic() {
        return training.traffic();
    }

    @Override
    public void close() {
        resources.close();
    }
}
