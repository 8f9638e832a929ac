package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Evaluations and sample answers of runs that are held to budgets: the bits of runs without, within the very bytes
/// that were planned, and no block fetched more than a sweep must.
final class StreamedEvaluationTest {
    private static final ByteSize AMPLE = new ByteSize(1L << 32);
    private static final int LAYERS = 10;

    private final TrainingEnvironment oneSlot =
            TrainingEnvironment.quiet().withPlanning(new Planning(Planning.FIXED.machine(), List.of(1)));

    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path questions = Path.of("");

    @BeforeEach
    void makeAModel() throws IOException {
        Path described = TinyRun.describedModel(folder.resolve("described"));
        Path config = described.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": " + LAYERS));
        Path made = folder.resolve("pretraining");
        new TrainingRun(TrainingEnvironment.quiet())
                .start(TinyRun.pretraining(described, TinyRun.corpus(folder.resolve("corpus.jsonl"))), made);
        model = new CheckpointStore(made).newest().orElseThrow().folder().resolve(Checkpoint.MODEL_FOLDER);
        questions = TinyRun.questions(folder.resolve("questions.jsonl"));
    }

    private TrainConfig config(Stage stage) {
        TrainConfig lora = TinyRun.lora(model, questions);
        return stage == Stage.SFT
                ? lora
                : TinyRun.small(TrainConfig.of(stage, model.toString(), DataSection.of(questions.toString())))
                        .withSamples(lora.samples());
    }

    private static TrainConfig within(TrainConfig config, ByteSize device, ByteSize host) {
        return config.withMachine(new MachineSection(ComputeType.F32, 1, null, device, host, null));
    }

    /// A device of as many bytes as the plan says it takes, and beside an adapter a host likewise: what a model takes
    /// that is trained whole depends on what it may take.
    private TrainConfig exactly(Stage stage) throws IOException {
        TrainConfig config = config(stage);
        TrainingRun run = new TrainingRun(oneSlot);
        TrainingPlan roomy = run.plan(within(config, AMPLE, AMPLE)).memory();
        ByteSize less = new ByteSize(roomy.tier(Tier.DEVICE).bytes() - 40_000);
        TrainingPlan plan = run.plan(within(config, less, AMPLE)).memory();
        assertThat(plan.fits()).isTrue();
        ByteSize device = new ByteSize(plan.tier(Tier.DEVICE).bytes());
        return within(
                config,
                device,
                stage == Stage.SFT ? new ByteSize(plan.tier(Tier.HOST).bytes()) : AMPLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"SFT", "FULL"})
    void lossesAndAnswersHaveTheSameBits_withinTheVeryBytesThatWerePlanned(Stage stage) throws IOException {
        Path free = folder.resolve("free");
        new TrainingRun(TrainingEnvironment.quiet()).start(config(stage), free);
        TrainConfig tight = exactly(stage);
        TrainingPlan plan = new TrainingRun(oneSlot).plan(tight).memory();
        Path held = folder.resolve("held");
        new TrainingRun(oneSlot).start(tight, held);

        assertThat(TinyRun.values(held)).isEqualTo(TinyRun.values(free));
        List<RunEvent> events = EventLog.current(held.resolve(EventLog.FILE_NAME));
        assertThat(events).anyMatch(RunEvent.Evaluation.class::isInstance);
        assertThat(samples(held)).isNotEmpty().isEqualTo(samples(free));
        assertPeak(events, "device", plan.tier(Tier.DEVICE).bytes());
        assertPeak(events, "host", plan.tier(Tier.HOST).bytes());
    }

    private static void assertPeak(List<RunEvent> events, String tier, long plannedBytes) {
        List<RunEvent.MemoryMap.Tier> maps = events.stream()
                .filter(RunEvent.MemoryMap.class::isInstance)
                .flatMap(event -> ((RunEvent.MemoryMap) event).tiers().stream())
                .filter(map -> map.tier().equals(tier))
                .toList();
        assertThat(maps).as(tier).isNotEmpty();
        for (RunEvent.MemoryMap.Tier map : maps) {
            assertThat(map.peakBytes()).as(tier).isBetween(1L, plannedBytes);
        }
    }

    /// Questions and answers of all steps.
    private static List<String> samples(Path run) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(run.resolve("samples"))) {
            for (Path file : files.sorted().toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }

    /// On disk all blocks come for every token; in host memory single tokens are computed with them as they lie.
    @ParameterizedTest
    @CsvSource({"blocks=0.2/0, 6", "blocks=0.2/0.8, 1"})
    void aSweepFetchesEachMissingBlockOnce_andLeavesNothingHeld(String placement, int mostSweeps) throws IOException {
        TrainConfig free = config(Stage.SFT);
        TrainConfig placed = free.withMachine(free.machine().placed(PlacementSetting.parse(placement)));
        TrainingPlan plan = new TrainingRun(oneSlot).plan(placed).memory();
        FrozenPlan blocks = ((Placement.Weights.Tiered) plan.placement().weights()).plan();
        int missing = LAYERS - blocks.count(Tier.DEVICE);
        assertThat(missing).isGreaterThan(1);
        try (RunInputs inputs = RunInputs.open(placed, oneSlot);
                TrainingSetup setup = TrainingSetup.of(inputs, folder.resolve("states"), oneSlot);
                StepData data = TinyRun.steps(inputs, setup)) {
            DeviceTrainer trainer = (DeviceTrainer) setup.trainer();
            LoraTrainee trainee = (LoraTrainee) trainer.trainee();
            trainer.take(data.nextStep(), 0.01, 1);
            long held = setup.device().heldBytes();
            List<Long> fetches = new ArrayList<>();
            data.evaluate(microBatches -> {
                long before = trainee.transfers().blocks();
                trainer.lossSum(microBatches);
                fetches.add(trainee.transfers().blocks() - before);
            });
            // the step's backward ended at the first missing block, which the first sweep finds there
            assertThat(fetches.getFirst()).isEqualTo(missing - 1L);
            assertThat(fetches.subList(1, fetches.size())).allMatch(each -> each == missing);

            long before = trainee.transfers().blocks();
            setup.questions().answer(trainer);
            long answering = trainee.transfers().blocks() - before;
            assertThat(answering % missing).isZero();
            assertThat(answering / missing).isBetween(1L, (long) mostSweeps);
            assertThat(setup.device().heldBytes()).isEqualTo(held);
        }
    }
}
