package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.adapter.PeftFolder;
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
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs held to budgets of memory: the same bits as without, and never a byte over.
final class BudgetedRunTest {
    private static final ByteSize AMPLE = new ByteSize(1L << 32);
    private static final ByteSize SMALL_HOST = new ByteSize(2 << 20);

    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path questions = Path.of("");

    @BeforeEach
    void makeAModel() throws IOException {
        Path made = folder.resolve("pretraining");
        Path corpus = TinyRun.corpus(folder.resolve("corpus.jsonl"));
        new TrainingRun(TrainingEnvironment.quiet())
                .start(TinyRun.pretraining(TinyRun.describedModel(folder.resolve("described")), corpus), made);
        model = last(made).resolve(Checkpoint.MODEL_FOLDER);
        questions = TinyRun.questions(folder.resolve("questions.jsonl"));
    }

    private TrainConfig config(ComputeType compute, ByteSize device, ByteSize host) throws IOException {
        return TinyRun.lora(model, questions).withMachine(new MachineSection(compute, 1, null, device, host, null));
    }

    private static TrainingRun run() {
        return new TrainingRun(TrainingEnvironment.quiet());
    }

    private static Path last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow().folder();
    }

    /// The largest device budget under which something has to leave the device.
    private ByteSize justTooSmall(ComputeType compute) throws IOException {
        TrainingPlan roomy = run().plan(config(compute, AMPLE, AMPLE)).memory();
        return new ByteSize(roomy.tier(Tier.DEVICE).bytes() - 1);
    }

    @ParameterizedTest
    @EnumSource(ComputeType.class)
    void aRunThatStreamsItsModelReachesTheSameBits(ComputeType compute) throws IOException {
        Path free = folder.resolve("free");
        run().start(config(compute, AMPLE, AMPLE).withMachine(new MachineSection(compute, 1, null)), free);
        TrainConfig tight = config(compute, justTooSmall(compute), SMALL_HOST);
        FrozenPlan blocks = ((Placement.Weights.Tiered)
                        run().plan(tight).memory().placement().weights())
                .plan();
        assertThat(blocks.count(Tier.DEVICE)).isLessThan(blocks.homes().size());
        Path streamed = folder.resolve("streamed");
        run().start(tight, streamed);
        assertSameBits(free, streamed);
    }

    @Test
    void theDeviceNeverHoldsMoreThanItsBudgetAndAboutWhatWasPlanned() throws IOException {
        ByteSize device = justTooSmall(ComputeType.F32);
        TrainConfig tight = config(ComputeType.F32, device, SMALL_HOST);
        long planned = run().plan(tight).memory().tier(Tier.DEVICE).bytes();
        Path run = folder.resolve("run");
        run().start(tight, run);
        List<RunEvent.MemoryMap.Tier> maps = EventLog.read(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.MemoryMap.class::isInstance)
                .flatMap(event -> ((RunEvent.MemoryMap) event).tiers().stream())
                .toList();
        assertThat(maps).isNotEmpty();
        long peak = maps.stream()
                .filter(tier -> tier.tier().equals("device"))
                .mapToLong(RunEvent.MemoryMap.Tier::peakBytes)
                .max()
                .orElseThrow();
        assertThat(peak).isLessThanOrEqualTo(device.bytes());
        assertThat((double) planned).isBetween(0.95 * peak, 1.05 * peak);
    }

    @Test
    void aRunGoesOnUnderAnotherPlanToTheSameBits() throws IOException {
        Path whole = folder.resolve("whole");
        run().start(config(ComputeType.F32, AMPLE, AMPLE), whole);
        Path stopped = folder.resolve("stopped");
        TrainingEnvironment impatient = TrainingEnvironment.quiet().withProgress(new StopAfter(5));
        new TrainingRun(impatient).start(config(ComputeType.F32, AMPLE, AMPLE), stopped);
        ByteSize device = justTooSmall(ComputeType.F32);
        run().resume(
                        stopped,
                        machine -> machine.within(
                                device, SMALL_HOST, folder.resolve("relaid").toString()));
        assertSameBits(whole, stopped);
    }

    @Test
    void frozenBlocksLiveWhereSomebodyPlacedThem() throws IOException {
        TrainConfig free = TinyRun.lora(model, questions);
        TrainConfig placed = free.withMachine(free.machine().placed(PlacementSetting.parse("static(blocks=0.5/0)")));
        FrozenPlan blocks = ((Placement.Weights.Tiered)
                        run().plan(placed).memory().placement().weights())
                .plan();
        assertThat(blocks.homes()).containsExactly(Tier.DISK, Tier.DEVICE);
        run().start(free, folder.resolve("free"));
        run().start(placed, folder.resolve("placed"));
        assertSameBits(folder.resolve("free"), folder.resolve("placed"));
    }

    @Test
    void theStreamLivesWhereSomebodyPlacedIt() throws IOException {
        TrainConfig free = TinyRun.lora(model, questions);
        TrainConfig placed =
                free.withMachine(free.machine().placed(PlacementSetting.parse("static(boundaries=0/0.5, blocks=0/1)")));
        BoundaryPlan stream = ((Placement.Weights.Tiered)
                        run().plan(placed).memory().placement().weights())
                .boundaries();
        assertThat(stream.homes()).containsExactly(Tier.DISK, Tier.HOST, Tier.DISK, Tier.HOST);
        run().start(free, folder.resolve("free"));
        run().start(placed, folder.resolve("placed"));
        assertSameBits(folder.resolve("free"), folder.resolve("placed"));
    }

    @Test
    void whatAnAdapterTrainsCannotBePlaced() throws IOException {
        TrainConfig free = TinyRun.lora(model, questions);
        TrainConfig placed = free.withMachine(free.machine().placed(PlacementSetting.parse("moments=0/1")));
        assertThatThrownBy(() -> run().plan(placed))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("stays on the device");
    }

    @Test
    void aRunThatCannotFit_isRefused_leavesNothing_andMayBeStartedThereAgain() throws IOException {
        TrainConfig hopeless = config(ComputeType.F32, new ByteSize(10_000), SMALL_HOST);
        Path made = folder.resolve("made");
        assertThatThrownBy(() -> run().start(hopeless, made))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("does not fit");
        assertThat(made).doesNotExist();
        Path found = Files.createDirectory(folder.resolve("found"));
        Files.writeString(found.resolve("notes.txt"), "somebody's own");
        assertThatThrownBy(() -> run().start(hopeless, found)).hasMessageContaining("does not fit");
        assertThat(list(found)).containsExactly(found.resolve("notes.txt"));
        TrainConfig roomy = config(ComputeType.F32, AMPLE, AMPLE);
        run().start(roomy, made);
        run().start(roomy, found);
        assertSameBits(made, found);
    }

    @Test
    void aRunWhoseStatesFindNoPlace_isRefused_andLeavesNothing() throws IOException {
        Path noFolder = Files.writeString(folder.resolve("disk"), "a file");
        TrainConfig free =
                TinyRun.small(TrainConfig.of(Stage.FULL, model.toString(), DataSection.of(questions.toString())));
        MachineSection machine = free.machine().within(null, null, noFolder.toString());
        TrainConfig placed = free.withMachine(machine.placed(PlacementSetting.parse("moments=0/0")));
        Path run = folder.resolve("run");
        assertThatThrownBy(() -> run().start(placed, run)).isInstanceOf(GantryException.class);
        assertThat(run).doesNotExist();
        run().start(
                        placed.withMachine(machine.within(
                                null, null, folder.resolve("states").toString())),
                        run);
        assertThat(last(run)).isDirectory();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.toList();
        }
    }

    private static void assertSameBits(Path expected, Path actual) throws IOException {
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(last(actual).resolve(file))
                    .hasSameBinaryContentAs(last(expected).resolve(file));
        }
    }
}
