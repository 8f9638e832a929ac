package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.lora.data.PreparedDataset;
import dev.gantry.lora.data.batch.BatchStream;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunFolder;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.offload.plan.RankPlan;
import dev.gantry.offload.plan.TrainingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Trains as settings say, in a run folder, from the start or from where a run was interrupted.
public final class TrainingRun {
    private final TrainingEnvironment environment;

    public TrainingRun(TrainingEnvironment environment) {
        this.environment = environment;
    }

    /// Starts a run in a folder that holds none yet; one that is refused leaves it as it was.
    ///
    /// @throws GantryException when settings, model or data cannot be used, or training fails
    public RunReport start(TrainConfig config, Path folder) throws IOException {
        try (RunInputs inputs = RunInputs.open(config, environment);
                RunFolder run = RunFolder.create(folder)) {
            return train(run, inputs, null);
        }
    }

    /// Says what a run would take and do, without starting it: reads model and data, measures for a moment.
    ///
    /// @throws GantryException when settings, model or data cannot be used
    public RunPlan plan(TrainConfig config) throws IOException {
        try (RunInputs inputs = RunInputs.open(config, environment);
                RunDevices devices = RunDevices.open(inputs.settings(), environment.devices())) {
            RankPlan ranks = RankedLayout.isRanked(inputs) ? RankedLayout.plan(inputs, devices, environment) : null;
            TrainingPlan memory =
                    ranks != null ? ranks.memory() : MemoryLayout.plan(inputs, devices.backend(), environment);
            return new RunPlan(
                    inputs.settings().config(),
                    inputs.data().summary(),
                    memory.steps(),
                    memory.tokensPerStep(),
                    memory,
                    ranks);
        }
    }

    /// Continues a run from its newest checkpoint, or from the start when it has none, to the same bits as if it had
    /// never stopped.
    ///
    /// @throws GantryException when the folder holds no run, or its model or data changed
    public RunReport resume(Path folder) throws IOException {
        return resume(folder, UnaryOperator.identity());
    }

    /// Continues a run under another use of the machine, to the same bits.
    ///
    /// @param machine changes the saved settings of the machine, for this time
    /// @throws GantryException when the folder holds no run, or its model or data changed
    public RunReport resume(Path folder, UnaryOperator<MachineSection> machine) throws IOException {
        try (RunFolder run = RunFolder.open(folder)) {
            RunConfig saved = TrainConfigJson.read(run.configFile(), RunConfig.class);
            TrainConfig config = saved.train()
                    .withMachine(machine.apply(begunOn(saved.train().machine())));
            try (RunInputs inputs = RunInputs.open(config, environment)) {
                saved.requireSame(inputs.runConfig());
                run.checkpoints().deleteLeftovers();
                Optional<Checkpoint> newest = run.checkpoints().newest();
                return train(run, inputs, newest.orElse(null));
            }
        }
    }

    /// Runs that name no device are older than the choice between them.
    private static MachineSection begunOn(MachineSection saved) {
        return saved.device() == null ? saved.on(DeviceChoice.cpu().written()) : saved;
    }

    private RunReport train(RunFolder run, RunInputs inputs, @Nullable Checkpoint from) throws IOException {
        ResolvedSettings settings = inputs.settings();
        LoopState state = from == null ? LoopState.start(settings.compute()) : LoopState.of(from.state());
        LoopPlan plan = settings.loopPlan();
        PreparedDataset data = inputs.data();
        try (TrainingSetup setup = TrainingSetup.of(inputs, run.path(), environment);
                EventLog events = EventLog.open(run.eventsFile());
                StepData batches = new StepData(
                        data.train(),
                        data.eval(),
                        settings.batchPlan(),
                        settings.microBatches(),
                        state.position(),
                        setup.device())) {
            double batchesPerEpoch = BatchStream.batches(data.train(), settings.batchPlan(), 1);
            RunRecorder recorder = new RunRecorder(run, events, environment.clock(), plan, setup, batchesPerEpoch);
            begin(run, inputs, recorder, setup, from);
            try {
                RunState end = new TrainingLoop(
                                plan, setup.trainer(), batches, recorder, run.commands(), environment.progress(), state)
                        .run();
                recorder.state(state.step(), end, null);
                events.force();
                RunReport report = report(run, plan, state, end);
                DurableFiles.write(run.reportFile(), RunJson.PRETTY.writeValueAsString(report) + "\n");
                return report;
            } catch (GantryException e) {
                recorder.failure(state.step(), e);
                recorder.state(state.step(), RunState.FAILED, e.code());
                throw e;
            } catch (IOException | UncheckedIOException e) {
                throw GantryException.environment(
                                "RUN-NOT-WRITTEN",
                                "cannot write the run " + run.path(),
                                String.valueOf(e.getMessage()),
                                "Make room on the disk or mend the folder, then resume the run.")
                        .causedBy(e);
            }
        }
    }

    /// Brings pointers and tensors to where the checkpoint was saved.
    private static void begin(
            RunFolder run, RunInputs inputs, RunRecorder recorder, TrainingSetup setup, @Nullable Checkpoint from)
            throws IOException {
        if (from == null) {
            setup.trainer().start();
            run.begin(RunJson.PRETTY.writeValueAsString(inputs.runConfig()) + "\n");
            recorder.state(0, RunState.STARTED, null);
            recorder.plan(0);
            recorder.warnOf(inputs.data().summary());
            return;
        }
        setup.trainer().resume(from.folder(), from.state().updates());
        run.checkpoints().point(from);
        recorder.recallBaseAnswers();
        recorder.state(from.state().step(), RunState.RESUMED, from.name());
        recorder.plan(from.state().step());
        recorder.announce(from);
    }

    private static RunReport report(RunFolder run, LoopPlan plan, LoopState state, RunState end) throws IOException {
        String best = run.checkpoints().best().map(TrainingRun::place).orElse(null);
        String last = run.checkpoints().newest().map(TrainingRun::place).orElse(null);
        double seconds = state.trainingSeconds();
        return new RunReport(
                end,
                state.step(),
                plan.totalSteps(),
                state.loss(),
                state.initialLoss(),
                state.best().loss(),
                best,
                last,
                state.tokens(),
                state.learnedTokens(),
                seconds,
                seconds == 0 ? 0 : state.tokens() / seconds,
                state.lossScale() == null ? null : state.lossScale().skippedSteps());
    }

    private static String place(Checkpoint checkpoint) {
        return "checkpoints/" + checkpoint.name();
    }
}
