package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.OptimizerSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.TrainingPlan;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs over all parameters whose values live on several tiers: the same files, byte for byte, as with everything in
/// memory, also when they go on under another plan or the states are lost.
final class OffloadedRunTest {
    private static final String ON_DISK = "static(gradients=0/1, masters=0/0, moments=0/0)";
    private static final String PARTS = "static(gradients=0.5/0.2, masters=0.3/0.3, moments=0.2/0.4, boundaries=0/0.5)";
    private static final String NOTHING_STAYS =
            "static(parameters=0/0, gradients=0/0, masters=0/0, moments=0/0, boundaries=0/0)";

    /// Inputs, and the run with everything in memory that others must equal.
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path model = Path.of("");
    private static Path corpus = Path.of("");
    private static Path whole = Path.of("");

    @BeforeAll
    static void trainInMemory() throws IOException {
        model = TinyRun.describedModel(shared.resolve("described"));
        corpus = TinyRun.corpus(shared.resolve("corpus.jsonl"));
        whole = shared.resolve("whole");
        run().start(config(), whole);
    }

    private static TrainConfig config() {
        return TinyRun.pretraining(model, corpus).withDuration(new DurationSection(null, 5L, 0));
    }

    private static TrainConfig placed(TrainConfig config, String placement) {
        return config.withMachine(config.machine().placed(PlacementSetting.parse(placement)));
    }

    private static TrainingRun run() {
        return new TrainingRun(TrainingEnvironment.quiet());
    }

    private static TrainingRun stopsAfter(long steps) {
        return new TrainingRun(TrainingEnvironment.quiet().withProgress(new StopAfter(steps)));
    }

    private static Checkpoint last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"F32, 1, 1", "BF16, 1, 3", "F32, 0, 3", "BF16, 0, 1"})
    void statesOnDiskGiveTheBitsOfMemory(ComputeType compute, double maxGradNorm, int accumulation) throws IOException {
        TrainConfig free = config().withMachine(new MachineSection(compute, 1, null))
                .withBatch(new BatchSection(2 * accumulation, 2))
                .withOptimizer(new OptimizerSection(null, 0.01, null, null, null, null, null, null, null, maxGradNorm));
        run().start(free, folder.resolve("free"));
        run().start(placed(free, NOTHING_STAYS), folder.resolve("disk"));
        assertSameModel(folder.resolve("free"), folder.resolve("disk"));
        assertThat(last(folder.resolve("disk")).folder().resolve(KeptStates.FILE_NAME))
                .exists();
    }

    @Test
    void fineTuningStartsFromTheModelsOwnValues() throws IOException {
        Path tuned = last(whole).folder().resolve(Checkpoint.MODEL_FOLDER);
        TrainConfig pretraining = config();
        TrainConfig full = new TrainConfig(
                Stage.FULL,
                tuned.toString(),
                TinyRun.lora(tuned, TinyRun.questions(folder.resolve("questions.jsonl")))
                        .data(),
                pretraining.lora(),
                pretraining.optimizer(),
                pretraining.schedule(),
                pretraining.batch(),
                pretraining.duration(),
                pretraining.cadence(),
                pretraining.samples(),
                pretraining.machine(),
                null);
        run().start(full, folder.resolve("free"));
        run().start(placed(full, PARTS), folder.resolve("parts"));
        assertSameModel(folder.resolve("free"), folder.resolve("parts"));
    }

    static Stream<List<String>> journeys() {
        return Stream.of(
                List.of("auto", ON_DISK),
                List.of(ON_DISK, "auto"),
                List.of(ON_DISK, ON_DISK),
                List.of(ON_DISK, PARTS, "static(gradients=0/1, masters=0/1, moments=0/1)"),
                List.of(PARTS, "auto", NOTHING_STAYS));
    }

    @ParameterizedTest
    @MethodSource("journeys")
    void aRunGoesOnUnderAnyOtherPlacement(List<String> placements) throws IOException {
        Path moved = folder.resolve("moved");
        stopsAfter(1).start(placed(config(), placements.getFirst()), moved);
        for (int i = 1; i < placements.size(); i++) {
            PlacementSetting next = PlacementSetting.parse(placements.get(i));
            TrainingRun part = i == placements.size() - 1 ? run() : stopsAfter(1 + 2L * i);
            part.resume(moved, machine -> machine.placed(next));
        }
        assertSameModel(whole, moved);
        assertThat(stateFolders(moved)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void optimizerStatesAreTheSameBytesOnceTheyAreBackInMemory() throws IOException {
        Path moved = folder.resolve("moved");
        stopsAfter(3).start(placed(config(), ON_DISK), moved);
        assertThat(stateFolders(moved)).hasSize(1);
        run().resume(moved, machine -> machine.placed(PlacementSetting.AUTO));
        assertSameModel(whole, moved);
        assertThat(last(moved).folder().resolve(Checkpoint.OPTIMIZER_FILE))
                .hasSameBinaryContentAs(last(whole).folder().resolve(Checkpoint.OPTIMIZER_FILE));
        assertThat(moved.resolve("states")).doesNotExist();
    }

    @Test
    void statesMayLieInAnotherFolder() throws IOException {
        Path moved = folder.resolve("moved");
        Path disk = folder.resolve("disk");
        TrainConfig away = placed(config(), ON_DISK);
        stopsAfter(3).start(away.withMachine(away.machine().within(null, null, disk.toString())), moved);
        assertThat(moved.resolve("states")).doesNotExist();
        assertThat(disk).isNotEmptyDirectory();
        run().resume(moved);
        assertSameModel(whole, moved);
    }

    private static List<Path> stateFolders(Path run) throws IOException {
        Path states = run.resolve("states");
        if (Files.notExists(states)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(states)) {
            return inside.toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ON_DISK, "auto"})
    void lostStatesAreTold_andTheCheckpointStays(String next) throws IOException {
        Path run = folder.resolve("run");
        stopsAfter(3).start(placed(config(), ON_DISK), run);
        Path states = stateFolders(run).getFirst();
        Files.move(states.resolve("moments.states"), folder.resolve("away.states"));
        PlacementSetting placement = PlacementSetting.parse(next);
        assertThatThrownBy(() -> run().resume(run, machine -> machine.placed(placement)))
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.code()).isEqualTo("STATE-FILE-MISSING"));
        Files.move(folder.resolve("away.states"), states.resolve("moments.states"));
        run().resume(run, machine -> machine.placed(placement));
        assertSameModel(whole, run);
    }

    @Test
    void statesOfAnotherRunAreRefused() throws IOException {
        Path run = folder.resolve("run");
        Path other = folder.resolve("other");
        stopsAfter(3).start(placed(config(), ON_DISK), run);
        stopsAfter(3).start(placed(config().withSeed(7), ON_DISK), other);
        Path states = stateFolders(run).getFirst();
        for (String file : List.of("masters.states", "moments.states")) {
            Files.copy(
                    stateFolders(other).getFirst().resolve(file),
                    states.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        assertThatThrownBy(() -> run().resume(run))
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.code()).isEqualTo("STATE-FILE-OTHER"));
        assertThat(last(run).state().step()).isEqualTo(3);
    }

    @Test
    void cutOffStatesAreTold() throws IOException {
        Path run = folder.resolve("run");
        stopsAfter(3).start(placed(config(), ON_DISK), run);
        Path file = stateFolders(run).getFirst().resolve("moments.states");
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) / 2);
        }
        assertThatThrownBy(() -> run().resume(run))
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.code()).isEqualTo("STATE-FILE-DAMAGED"));
    }

    @Test
    void optimizersThatLookAtWholeTensorsStayOnTheDevice() {
        for (OptimizerSection.Name name : List.of(OptimizerSection.Name.LAMB, OptimizerSection.Name.LARS)) {
            TrainConfig config = config().withOptimizer(
                            new OptimizerSection(name, null, null, null, null, null, null, null, null, null));
            assertThatThrownBy(() -> run().start(placed(config, ON_DISK), folder.resolve(name.name())))
                    .isInstanceOfSatisfying(
                            GantryException.class, e -> assertThat(e.code()).isEqualTo("OFFLOAD-OPTIMIZER"));
        }
    }

    private static List<RunEvent.MemoryMap.Tier> memory(Path run) throws IOException {
        return EventLog.read(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.MemoryMap.class::isInstance)
                .flatMap(event -> ((RunEvent.MemoryMap) event).tiers().stream())
                .toList();
    }

    private static long peak(Path run, Tier tier) throws IOException {
        return memory(run).stream()
                .filter(of -> of.tier().equals(tier.name().toLowerCase(Locale.ROOT)))
                .mapToLong(RunEvent.MemoryMap.Tier::peakBytes)
                .max()
                .orElseThrow();
    }

    @Test
    void budgetsAreKept_andThePlanToldSo() throws IOException {
        ByteSize ample = new ByteSize(1L << 32);
        ByteSize nothing = new ByteSize(1);
        TrainingPlan roomy = run().plan(within(ample, ample)).memory();
        TrainingPlan least = run().plan(within(nothing, nothing)).memory();
        long between = roomy.tier(Tier.DEVICE).bytes() + least.tier(Tier.DEVICE).bytes();
        ByteSize device = new ByteSize(between / 2);
        ByteSize host = new ByteSize(2 * least.tier(Tier.HOST).bytes());
        TrainingPlan plan = run().plan(within(device, host)).memory();
        assertThat(plan.fits()).isTrue();
        Path run = folder.resolve("run");
        run().start(within(device, host), run);
        assertThat(peak(run, Tier.DEVICE)).isLessThanOrEqualTo(device.bytes());
        assertThat(peak(run, Tier.HOST)).isLessThanOrEqualTo(host.bytes());
        double planned = plan.tier(Tier.DEVICE).bytes();
        assertThat(planned).isBetween(0.95 * peak(run, Tier.DEVICE), 1.05 * peak(run, Tier.DEVICE));
        assertSameModel(whole, run);
    }

    private static TrainConfig within(ByteSize device, ByteSize host) {
        TrainConfig config = config();
        return config.withMachine(config.machine().within(device, host, null));
    }

    @Test
    void theMemoryMapSaysWhoHoldsWhat() throws IOException {
        Path run = folder.resolve("run");
        run().start(placed(config(), PARTS), run);
        List<RunEvent.MemoryMap.Tier> tiers = memory(run);
        assertThat(tiers).anySatisfy(tier -> {
            assertThat(tier.tier()).isEqualTo("device");
            assertThat(tier.ownerBytes()).containsKeys("parameters", "gradients", "optimizer states", "token batches");
        });
        assertThat(tiers).anySatisfy(tier -> {
            assertThat(tier.tier()).isEqualTo("host");
            assertThat(tier.ownerBytes())
                    .containsKeys("gradients on their way", "optimizer states", "optimizer state buffers");
        });
    }

    private static void assertSameModel(Path expected, Path actual) throws IOException {
        Path model = Path.of(Checkpoint.MODEL_FOLDER, "model.safetensors");
        assertThat(last(actual).state().step()).isEqualTo(last(expected).state().step());
        assertThat(last(actual).folder().resolve(model))
                .hasSameBinaryContentAs(last(expected).folder().resolve(model));
        assertThat(TinyRun.values(actual)).isEqualTo(TinyRun.values(expected));
        assertThat(actual.resolve("best")).hasSameTextualContentAs(expected.resolve("best"));
    }
}
