package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.Devices;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.chat.ChatBase;
import dev.gantry.lora.chat.ChatModel;
import dev.gantry.lora.chat.ChatSettings;
import dev.gantry.lora.export.ReloadCheck;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.OptimizerSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.SampleSection;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.TrainingPlan;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole runs on a card that is the host: its driver refuses kernels any memory that it did not give, and Java refuses
/// the host any memory of the card.
class CardRunTest {
    static final SampleSection NO_SAMPLES = new SampleSection(List.of(), 1);
    private static final ByteSize AMPLE = new ByteSize(200L << 20);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // made before each test
    private CardRuns runs;

    @BeforeEach
    void openTheCard() throws IOException {
        runs = new CardRuns(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "BF16", "F16"})
    void adapterOnACard_learnsAsOnTheProcessor_andToTheSameBitsWhateverLeavesTheCard(ComputeType compute)
            throws IOException {
        TrainConfig config = runs.lora(compute);
        Path whole = runs.train("whole", config);
        Path processor = folder.resolve("processor");
        CardRuns.on(Devices.PROCESSOR)
                .start(config.withMachine(new MachineSection(compute, 1, null).on("cpu")), processor);
        assertThat(losses(whole))
                .zipSatisfy(
                        losses(processor),
                        (there, here) -> assertThat(there).isCloseTo(here, within(tolerance(compute))));
        TrainConfig divided = config.withMachine(config.machine()
                .within(AMPLE, AMPLE, null)
                .placed(PlacementSetting.parse("static(blocks=0.5/0, head=0/1, boundaries=0/1)")));
        Path streamed = runs.train("streamed", divided);
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(CardRuns.last(streamed).resolve(file))
                    .hasSameBinaryContentAs(CardRuns.last(whole).resolve(file));
        }
        assertThat(TinyRun.values(streamed)).isEqualTo(TinyRun.values(whole));
    }

    private static double tolerance(ComputeType compute) {
        return switch (compute) {
            case F32 -> 1e-4;
            case BF16 -> 1e-2;
            case F16 -> 2e-3;
        };
    }

    /// The host is a Turing card.
    @Test
    void adapterOnACardWithoutBf16_isTrainedInF16_whereNobodyChose() throws IOException {
        TrainConfig config = runs.lora(ComputeType.F32);
        TrainConfig free = config.withMachine(new MachineSection(null, 1, null).on("cuda"));
        TrainingEnvironment environment = TrainingEnvironment.quiet().withDevices(runs.card());
        List<ComputeType> chosen = new ArrayList<>();
        for (TrainConfig asked : List.of(free, config, runs.pretraining())) {
            try (RunInputs inputs = RunInputs.open(asked, environment)) {
                chosen.add(inputs.settings().compute());
            }
        }
        assertThat(chosen).containsExactly(ComputeType.F16, ComputeType.F32, ComputeType.F32);
    }

    @Test
    void runOnACard_thatWasStopped_goesOnToTheSameBits() throws IOException {
        TrainConfig config = runs.lora(ComputeType.F32);
        Path whole = runs.train("whole", config);
        Path stopped = folder.resolve("stopped");
        new TrainingRun(TrainingEnvironment.quiet().withDevices(runs.card()).withProgress(new StopAfter(1)))
                .start(config, stopped);
        CardRuns.on(runs.card()).resume(stopped);
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(CardRuns.last(stopped).resolve(file))
                    .hasSameBinaryContentAs(CardRuns.last(whole).resolve(file));
        }
    }

    @Test
    void wholeModel_whoseValuesLeaveTheCard_learnsAsOneWhoseValuesStay() throws IOException {
        TrainConfig config =
                runs.pretraining().withBatch(new BatchSection(2, 1)).withSamples(NO_SAMPLES);
        Path whole = runs.train("whole", config);
        for (String places : List.of(
                "static(parameters=0/1, gradients=0.5/0.5, masters=0.5/0.5, moments=0/1)",
                "static(parameters=0/0, gradients=0/0, masters=0/0, moments=0/0, boundaries=0/0)")) {
            Path run = runs.train(
                    "parts" + places.hashCode(),
                    config.withMachine(config.machine().placed(PlacementSetting.parse(places))));
            assertThat(losses(run))
                    .as(places)
                    .zipSatisfy(losses(whole), (off, on) -> assertThat(off).isCloseTo(on, within(1e-6)));
        }
    }

    /// LAMB looks at whole tensors, which so stay on the card.
    @Test
    void optimizerThatMustStayOnTheCard_learnsThereAsOnTheProcessor() throws IOException {
        TrainConfig config = runs.pretraining()
                .withBatch(new BatchSection(2, 1))
                .withOptimizer(new OptimizerSection(
                        OptimizerSection.Name.LAMB, 0.01, null, null, null, null, null, null, null, null));
        Path there = runs.train("card", config);
        Path here = folder.resolve("processor");
        CardRuns.on(Devices.PROCESSOR).start(config.withMachine(config.machine().on("cpu")), here);
        assertThat(losses(there))
                .zipSatisfy(losses(here), (card, processor) -> assertThat(card).isCloseTo(processor, within(1e-2)));
        CardRuns.on(runs.card()).resume(there);
    }

    @Test
    void answersOfACard_areThoseOfTheProcessor_withTheModelThereOrPassingThrough() throws IOException {
        TrainConfig config = runs.lora(ComputeType.F32);
        Path model = Path.of(config.model());
        List<String> answers = new ArrayList<>();
        for (MemoryLimits limits : List.of(MemoryLimits.NONE, MemoryLimits.of(1 << 20, 8 << 20))) {
            for (DeviceChoice choice : List.of(DeviceChoice.cpu(), new DeviceChoice.Cuda(0))) {
                ChatSettings settings = new ChatSettings(model, null, null, ComputeType.F32, 32, limits);
                try (Backend backend = runs.card().open(choice, 1);
                        ChatModel chat = ChatModel.open(backend, settings)) {
                    answers.add(chat.complete("Once upon", Sampling.GREEDY, 6, _ -> true)
                            .text());
                }
            }
        }
        assertThat(answers).hasSize(4).containsOnly(answers.getFirst());
        try (Backend backend = runs.card().open(new DeviceChoice.Cuda(0), 1);
                ChatBase base = ChatBase.open(backend, ModelFolder.open(model), 32, MemoryLimits.NONE)) {
            assertThat(base.isDivided()).isFalse();
        }
    }

    /// Kernels among it, which stay when the model goes, and are held once for the models that follow each other.
    @Test
    void planOfAnswersOnACard_isWhatItsMemoryAccountThenHolds_andWhatTheDriverWasAskedFor() throws IOException {
        ModelFolder model = ModelFolder.open(Path.of(runs.lora(ComputeType.F32).model()));
        MemoryLimits limits = MemoryLimits.of(1 << 20, 8 << 20);
        try (HostCuda host = HostCuda.open()) {
            long free = host.context().freeBytes();
            try (Backend backend = runs.card().open(new DeviceChoice.Cuda(0), 1)) {
                ChatSettings settings = new ChatSettings(model.path(), null, null, ComputeType.F32, 32, limits);
                try (ChatModel chat = ChatModel.open(backend, settings)) {
                    long planned =
                            chat.memoryPlan().orElseThrow().tier(Tier.DEVICE).bytes();
                    chat.complete("Once upon", Sampling.GREEDY, 6, _ -> true);
                    assertThat(free - host.context().freeBytes()).isCloseTo(planned, withinPercentage(5));
                    assertThat(chat.tiers().device().heldBytes()).isCloseTo(planned, withinPercentage(5));
                }
                MemoryTiers tiers = MemoryTiers.within(MemoryLimits.of(8 << 20, 8 << 20), backend);
                new ReloadCheck(backend, Progress.silent(), tiers).runWhole(model, model.path(), List.of("Hello"));
                assertThat(free - host.context().freeBytes())
                        .isCloseTo(tiers.device().heldBytes(), withinPercentage(5));
                assertThat(tiers.device().snapshot().owners()).containsOnlyKeys("kernels");
            }
        }
    }

    /// Also what kernels take beside matrices.
    @ParameterizedTest
    @ValueSource(strings = {"F32", "BF16"})
    void planForACard_isWhatItsMemoryAccountThenHolds_andWhatTheDriverWasAskedFor(ComputeType compute)
            throws IOException {
        TrainConfig config = runs.lora(compute).withSamples(NO_SAMPLES);
        TrainingPlan plan = CardRuns.on(runs.card()).plan(config).memory();
        assertThat(plan.fits()).isTrue();
        TrainingEnvironment environment = TrainingEnvironment.quiet().withDevices(runs.card());
        try (HostCuda host = HostCuda.open()) {
            long free = host.context().freeBytes();
            try (RunInputs inputs = RunInputs.open(config, environment);
                    TrainingSetup setup = TrainingSetup.of(inputs, folder.resolve("states"), environment);
                    StepData data = TinyRun.steps(inputs, setup)) {
                assertThat(setup.trainer().take(data.nextStep(), 0.01, 1).isFinite())
                        .isTrue();
                long used = free - host.context().freeBytes();
                assertThat(used).isCloseTo(plan.tier(Tier.DEVICE).bytes(), withinPercentage(5));
                PlannedPeaks.assertPeak(plan, Tier.DEVICE, setup.layout().device());
                PlannedPeaks.assertPeak(plan, Tier.HOST, setup.layout().host());
            }
        }
    }

    @Test
    void faultOfTheCard_endsTheRun_andIsInItsRecord() throws IOException {
        TrainConfig config = runs.lora(ComputeType.F32);
        Path run = folder.resolve("faulty");
        try (HostCuda host = HostCuda.open()) {
            TrainingEnvironment environment =
                    TrainingEnvironment.quiet().withDevices(runs.card()).withProgress(atFirstStep(host::failLaunches));
            assertThatThrownBy(() -> new TrainingRun(environment).start(config, run))
                    .isInstanceOfSatisfying(
                            GantryException.class, e -> assertThat(e.code()).isEqualTo("CUDA-FAULT"));
        }
        assertThat(EventLog.read(run.resolve(EventLog.FILE_NAME)))
                .anyMatch(event -> event instanceof RunEvent.Failure failure
                        && failure.code().equals("CUDA-FAULT"));
    }

    static Progress atFirstStep(Runnable action) {
        return new Progress() {
            @Override
            public ProgressTask start(String label, long total, ProgressUnit unit) {
                return new ProgressTask() {
                    @Override
                    public void update(long count) {
                        if (unit == ProgressUnit.STEPS && count == 1) {
                            action.run();
                        }
                    }

                    @Override
                    public void note(String text) {}

                    @Override
                    public void close() {}
                };
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
    }

    private static List<Double> losses(Path run) throws IOException {
        return EventLog.current(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.Metric.class::isInstance)
                .map(event -> ((RunEvent.Metric) event).loss())
                .toList();
    }
}
