package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.Devices;
import dev.gantry.engine.device.MachineDevices;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.chat.ChatBase;
import dev.gantry.lora.chat.ChatModel;
import dev.gantry.lora.chat.ChatSettings;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.OptimizerSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.SampleSection;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.TrainingPlan;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
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
    private static final long STEPS = 2;
    private static final SampleSection NO_SAMPLES = new SampleSection(List.of(), 1);
    private static final ByteSize AMPLE = new ByteSize(200L << 20);

    @TempDir
    Path folder;

    private Devices card = Devices.PROCESSOR;
    private Path described = Path.of("");

    @BeforeEach
    void openTheCard() throws IOException {
        card = new MachineDevices(HostCuda.cards(folder.resolve("kernels")));
        described = TinyRun.describedModel(folder.resolve("described"));
    }

    private TrainConfig pretraining() throws IOException {
        Path corpus = folder.resolve("corpus.jsonl");
        return shortened(TinyRun.pretraining(described, Files.exists(corpus) ? corpus : TinyRun.corpus(corpus)));
    }

    /// Of a model that the processor made.
    private TrainConfig lora(ComputeType compute) throws IOException {
        Path made = folder.resolve("made");
        if (Files.notExists(made)) {
            on(Devices.PROCESSOR).start(pretraining().withMachine(new MachineSection(null, 1, null)), made);
        }
        Path model = last(made).resolve(Checkpoint.MODEL_FOLDER);
        Path questions = folder.resolve("questions.jsonl");
        TrainConfig config = TinyRun.lora(model, Files.exists(questions) ? questions : TinyRun.questions(questions));
        return shortened(config).withMachine(new MachineSection(compute, 1, null).on("cuda"));
    }

    private static TrainConfig shortened(TrainConfig config) {
        return config.withDuration(new DurationSection(null, STEPS, 0))
                .withCadence(new CadenceSection(STEPS, 1L, STEPS, 2))
                .withMachine(new MachineSection(null, 1, null).on("cuda"));
    }

    private static TrainingRun on(Devices devices) {
        return new TrainingRun(TrainingEnvironment.quiet().withDevices(devices));
    }

    private static Path last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow().folder();
    }

    private Path train(String name, TrainConfig config) throws IOException {
        Path run = folder.resolve(name);
        assertThat(on(card).start(config, run).state()).isEqualTo(RunState.FINISHED);
        return run;
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "BF16"})
    void adapterOnACard_learnsAsOnTheProcessor_andToTheSameBitsWhateverLeavesTheCard(ComputeType compute)
            throws IOException {
        TrainConfig config = lora(compute);
        Path whole = train("whole", config);
        Path processor = folder.resolve("processor");
        on(Devices.PROCESSOR).start(config.withMachine(new MachineSection(compute, 1, null).on("cpu")), processor);
        assertThat(losses(whole))
                .zipSatisfy(
                        losses(processor),
                        (there, here) ->
                                assertThat(there).isCloseTo(here, within(compute == ComputeType.F32 ? 1e-4 : 1e-2)));
        TrainConfig divided = config.withMachine(config.machine()
                .within(AMPLE, AMPLE, null)
                .placed(PlacementSetting.parse("static(blocks=0.5/0, head=0/1, boundaries=0/1)")));
        Path streamed = train("streamed", divided);
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(last(streamed).resolve(file))
                    .hasSameBinaryContentAs(last(whole).resolve(file));
        }
        assertThat(TinyRun.values(streamed)).isEqualTo(TinyRun.values(whole));
    }

    @Test
    void runOnACard_thatWasStopped_goesOnToTheSameBits() throws IOException {
        TrainConfig config = lora(ComputeType.F32);
        Path whole = train("whole", config);
        Path stopped = folder.resolve("stopped");
        new TrainingRun(TrainingEnvironment.quiet().withDevices(card).withProgress(new StopAfter(1)))
                .start(config, stopped);
        on(card).resume(stopped);
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(last(stopped).resolve(file))
                    .hasSameBinaryContentAs(last(whole).resolve(file));
        }
    }

    @Test
    void wholeModel_whoseValuesLeaveTheCard_learnsAsOneWhoseValuesStay() throws IOException {
        TrainConfig config = pretraining().withBatch(new BatchSection(2, 1)).withSamples(NO_SAMPLES);
        Path whole = train("whole", config);
        for (String places : List.of(
                "static(parameters=0/1, gradients=0.5/0.5, masters=0.5/0.5, moments=0/1)",
                "static(parameters=0/0, gradients=0/0, masters=0/0, moments=0/0, boundaries=0/0)")) {
            Path run = train(
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
        TrainConfig config = pretraining()
                .withBatch(new BatchSection(2, 1))
                .withOptimizer(new OptimizerSection(
                        OptimizerSection.Name.LAMB, 0.01, null, null, null, null, null, null, null, null));
        Path there = train("card", config);
        Path here = folder.resolve("processor");
        on(Devices.PROCESSOR).start(config.withMachine(config.machine().on("cpu")), here);
        assertThat(losses(there))
                .zipSatisfy(losses(here), (card, processor) -> assertThat(card).isCloseTo(processor, within(1e-2)));
        on(card).resume(there);
    }

    @Test
    void answersOfACard_areThoseOfTheProcessor_withTheModelThereOrPassingThrough() throws IOException {
        TrainConfig config = lora(ComputeType.F32);
        Path model = Path.of(config.model());
        List<String> answers = new ArrayList<>();
        for (MemoryLimits limits : List.of(MemoryLimits.NONE, MemoryLimits.of(1 << 20, 8 << 20))) {
            for (DeviceChoice choice : List.of(DeviceChoice.cpu(), new DeviceChoice.Cuda(0))) {
                ChatSettings settings = new ChatSettings(model, null, null, ComputeType.F32, 32, limits);
                try (Backend backend = card.open(choice, 1);
                        ChatModel chat = ChatModel.open(backend, settings)) {
                    answers.add(chat.complete("Once upon", Sampling.GREEDY, 6, _ -> true)
                            .text());
                }
            }
        }
        assertThat(answers).hasSize(4).containsOnly(answers.getFirst());
        try (Backend backend = card.open(new DeviceChoice.Cuda(0), 1);
                ChatBase base = ChatBase.open(backend, ModelFolder.open(model), 32, MemoryLimits.NONE)) {
            assertThat(base.isDivided()).isFalse();
        }
    }

    @Test
    void planForACard_isWhatItsMemoryAccountThenHolds() throws IOException {
        TrainConfig config = lora(ComputeType.BF16);
        TrainingPlan plan = on(card).plan(config).memory();
        assertThat(plan.fits()).isTrue();
        TrainingEnvironment environment = TrainingEnvironment.quiet().withDevices(card);
        try (RunInputs inputs = RunInputs.open(config, environment);
                TrainingSetup setup = TrainingSetup.of(inputs, folder.resolve("states"), environment);
                StepData data = TinyRun.steps(inputs, setup)) {
            assertThat(setup.trainer().take(data.nextStep(), 0.01, 1).isFinite())
                    .isTrue();
            PlannedPeaks.assertPeak(plan, Tier.DEVICE, setup.layout().device());
            PlannedPeaks.assertPeak(plan, Tier.HOST, setup.layout().host());
        }
    }

    @Test
    void faultOfTheCard_endsTheRun_andIsInItsRecord() throws IOException {
        TrainConfig config = lora(ComputeType.F32);
        Path run = folder.resolve("faulty");
        try (HostCuda host = HostCuda.open()) {
            TrainingEnvironment environment =
                    TrainingEnvironment.quiet().withDevices(card).withProgress(atFirstStep(host::failLaunches));
            assertThatThrownBy(() -> new TrainingRun(environment).start(config, run))
                    .isInstanceOfSatisfying(
                            GantryException.class, e -> assertThat(e.code()).isEqualTo("CUDA-FAULT"));
        }
        assertThat(EventLog.read(run.resolve(EventLog.FILE_NAME)))
                .anyMatch(event -> event instanceof RunEvent.Failure failure
                        && failure.code().equals("CUDA-FAULT"));
    }

    private static Progress atFirstStep(Runnable action) {
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
