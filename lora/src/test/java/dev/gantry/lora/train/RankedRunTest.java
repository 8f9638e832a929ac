package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.collective.Traffic;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.pass.BlockSpan;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.data.DataPosition;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.LoraSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.OptimizerSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.plan.RankDivision;
import dev.gantry.offload.plan.RankPlan;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs on several ranks: the files and numbers of one rank, whatever they share and however often that changes.
@Timeout(300)
final class RankedRunTest {
    @TempDir
    private static Path inputs;

    private static Path described = Path.of("");
    private static Path corpus = Path.of("");
    private static Path model = Path.of("");
    private static Path questions = Path.of("");

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeAModel() throws IOException {
        described = TinyRun.describedModel(inputs.resolve("described"));
        corpus = TinyRun.corpus(inputs.resolve("corpus.jsonl"));
        questions = TinyRun.questions(inputs.resolve("questions.jsonl"));
        Path made = inputs.resolve("pretraining");
        run().start(TinyRun.pretraining(described, corpus), made);
        model = last(made).folder().resolve(Checkpoint.MODEL_FOLDER);
    }

    private static TrainingRun run() {
        return new TrainingRun(TrainingEnvironment.quiet());
    }

    private static Checkpoint last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow();
    }

    enum Kind {
        LORA,
        LORA_WITH_TRAINED_NORMS,
        FULL,
        FULL_WITH_LAMB,
        PRETRAIN
    }

    /// A step of five micro-batches, which neither two nor three ranks can divide evenly.
    private static TrainConfig config(Kind kind, ComputeType compute, @Nullable Integer ranks, @Nullable Integer zero) {
        TrainConfig lora = TinyRun.lora(model, questions);
        TrainConfig chosen = switch (kind) {
            case LORA -> lora;
            case LORA_WITH_TRAINED_NORMS ->
                lora.withLora(new LoraSection(2, 4.0, 0.1, true, null, List.of("norm"), null, null, null));
            case FULL ->
                TinyRun.small(TrainConfig.of(Stage.FULL, lora.model(), lora.data()))
                        .withSamples(lora.samples());
            case FULL_WITH_LAMB ->
                TinyRun.small(TrainConfig.of(Stage.FULL, lora.model(), lora.data()))
                        .withOptimizer(new OptimizerSection(
                                OptimizerSection.Name.LAMB, 1e-3, null, null, null, null, null, null, null, null));
            case PRETRAIN -> TinyRun.pretraining(described, corpus);
        };
        return chosen.withBatch(new BatchSection(5, 1))
                .withCadence(new CadenceSection(4L, 4L, 4L, 2))
                .withMachine(new MachineSection(compute, 1, null).onRanks(ranks, zero));
    }

    @ParameterizedTest
    @CsvSource({
        "LORA, F32",
        "LORA, F16",
        "LORA_WITH_TRAINED_NORMS, BF16",
        "FULL, F32",
        "FULL, BF16",
        "FULL_WITH_LAMB, BF16",
        "PRETRAIN, F32"
    })
    void ranksLeaveWhatOneLeaves_whateverTheyShare(Kind kind, ComputeType compute) throws IOException {
        Path alone = folder.resolve("alone");
        run().start(config(kind, compute, null, null), alone);
        for (int zero = 0; zero <= 3; zero++) {
            int ranks = zero % 2 == 0 ? 2 : 3;
            Path together = folder.resolve(ranks + "-" + zero);
            run().start(config(kind, compute, ranks, zero), together);
            SavedRuns.assertSame(alone, together);
        }
        Path dealt = folder.resolve("dealt");
        run().start(dealt(config(kind, compute, null, null)), dealt);
        SavedRuns.assertSame(alone, dealt);
    }

    /// One block on each of two ranks.
    private static TrainConfig dealt(TrainConfig config) {
        return config.withMachine(config.machine().onRanks(2, null, RankDivision.DEALT));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"LORA_WITH_TRAINED_NORMS", "FULL", "PRETRAIN"})
    void runGoesOnUnderOtherRanks_andAlone_toTheSameBits(Kind kind) throws IOException {
        Path whole = folder.resolve("whole");
        run().start(config(kind, ComputeType.BF16, null, null), whole);
        Path stopped = folder.resolve("stopped");
        until(3).start(config(kind, ComputeType.BF16, null, null), stopped);
        until(5).resume(stopped, machine -> machine.onRanks(3, 3));
        until(7).resume(stopped, machine -> machine.onRanks(2, null, RankDivision.DEALT));
        run().resume(stopped);
        SavedRuns.assertSame(whole, stopped);
    }

    @Test
    void ranksGoOnFromStatesOnDisk_andTheOtherWayRound() throws IOException {
        Path whole = folder.resolve("whole");
        run().start(config(Kind.FULL, ComputeType.BF16, null, null), whole);
        PlacementSetting onDisk = PlacementSetting.parse("masters=0/0, moments=0/0");
        Path stopped = folder.resolve("stopped");
        TrainConfig config = config(Kind.FULL, ComputeType.BF16, null, null);
        until(3).start(config.withMachine(config.machine().placed(onDisk)), stopped);
        until(5).resume(
                        stopped,
                        machine -> machine.placed(PlacementSetting.AUTO).onRanks(2, 3));
        run().resume(stopped);
        assertSameTensors(whole, stopped);
    }

    private static void assertSameTensors(Path expected, Path actual) throws IOException {
        for (String file : List.of("model/model.safetensors", Checkpoint.OPTIMIZER_FILE)) {
            Path saved = last(actual).folder().resolve(file);
            if (Files.size(saved) == Files.size(last(expected).folder().resolve(file))) {
                assertThat(saved).hasSameBinaryContentAs(last(expected).folder().resolve(file));
            } else {
                assertThat(last(actual).folder().resolve("kept_states.json")).exists();
            }
        }
        assertThat(SavedRuns.numbers(actual)).isEqualTo(SavedRuns.numbers(expected));
    }

    @ParameterizedTest
    @CsvSource({"LORA, 2, 0", "LORA, 3, 3", "FULL, 3, 1", "PRETRAIN, 2, 2", "FULL, 3, 3"})
    void bytesBetweenRanks_areThoseOfThePlan(Kind kind, int ranks, int zero) throws IOException {
        TrainConfig config = config(kind, ComputeType.BF16, ranks, zero);
        RankPlan plan = Objects.requireNonNull(run().plan(config).ranks());
        TrainingEnvironment quiet = TrainingEnvironment.quiet();
        try (RunInputs made = RunInputs.open(config, quiet);
                TrainingSetup setup = TrainingSetup.of(made, folder, quiet);
                StepData data = new StepData(
                        made.data().train(),
                        made.data().eval(),
                        made.settings().batchPlan(),
                        made.settings().microBatches(),
                        DataPosition.START,
                        setup.device())) {
            RankedTrainer trainer = (RankedTrainer) setup.trainer();
            trainer.take(data.nextStep(), 1e-3, 0);
            Traffic before = trainer.traffic();
            trainer.take(data.nextStep(), 1e-3, 1);
            assertThat(trainer.traffic().since(before).receivedBytes()).isEqualTo(plan.betweenBytes());
        }
    }

    private static TrainingRun until(long step) {
        return new TrainingRun(TrainingEnvironment.quiet().withProgress(new StopAfter(step)));
    }

    @ParameterizedTest
    @CsvSource({"LORA, 0", "LORA, 3", "FULL, 1", "PRETRAIN, 3"})
    void ranksTakeWhatThePlanSays(Kind kind, int zero) throws IOException {
        assertTakesWhatIsPlanned(config(kind, ComputeType.BF16, 3, zero));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"LORA", "PRETRAIN"})
    void ranksWithBlocksTakeWhatThePlanSays(Kind kind) throws IOException {
        RankPlan plan = assertTakesWhatIsPlanned(dealt(config(kind, ComputeType.BF16, null, null)));
        assertThat(plan.ranks())
                .extracting(RankPlan.RankUse::blocks)
                .containsExactly(new BlockSpan(0, 1, 2), new BlockSpan(1, 2, 2));
        assertThat(plan.ranks()).extracting(RankPlan.RankUse::microBatches).containsOnly(5);
    }

    private RankPlan assertTakesWhatIsPlanned(TrainConfig config) throws IOException {
        RankPlan plan = Objects.requireNonNull(run().plan(config).ranks());
        Path run = folder.resolve("run");
        run().start(config, run);
        List<RunEvent.MemoryMap.Tier> tiers = EventLog.read(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.MemoryMap.class::isInstance)
                .map(event -> ((RunEvent.MemoryMap) event).tiers())
                .reduce((first, second) -> second)
                .orElseThrow();
        for (int rank = 0; rank < plan.ranks().size(); rank++) {
            assertThat(tiers.get(rank).tier()).isEqualTo("rank " + rank);
            assertThat(tiers.get(rank).peakBytes())
                    .isEqualTo(plan.ranks().get(rank).device().bytes());
        }
        long planned = plan.memory().tiers().getFirst().uses().stream()
                .filter(use -> !use.what().startsWith("rank")
                        && !use.what().equals("runtime")
                        && !use.what().startsWith("weights in"))
                .mapToLong(use -> use.bytes())
                .sum();
        assertThat((double) tiers.getLast().peakBytes()).isBetween(0.95 * planned, (double) planned);
        return plan;
    }

    @Test
    void rankThatDoesNotFitItsDevice_isRefused_beforeAnythingIsTrained() {
        TrainConfig config = config(Kind.FULL, ComputeType.F32, 2, 2);
        TrainConfig tight = config.withMachine(config.machine().within(new ByteSize(50_000), null, null));
        assertThatThrownBy(() -> run().start(tight, folder.resolve("run")))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("a rank takes");
    }

    @Test
    void whatRanksCannotDoYet_isRefused_withTheWayOut() {
        TrainConfig config = config(Kind.LORA, ComputeType.F32, 2, 3);
        TrainConfig streamed = config.withMachine(config.machine().within(null, new ByteSize(1 << 20), null));
        assertThatThrownBy(() -> run().start(streamed, folder.resolve("streamed")))
                .isInstanceOfSatisfying(
                        GantryException.class,
                        e -> assertThat(e.nextStep()).contains("--host-memory", "machine.ranks"));
        TrainConfig idle = config.withBatch(new BatchSection(4, 4));
        assertThatThrownBy(() -> run().plan(idle))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("1 micro-batches");
        TrainConfig few = config.withMachine(config.machine().onRanks(3, null, RankDivision.DEALT));
        assertThatThrownBy(() -> run().plan(few))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("the model has 2 blocks");
        assertThatThrownBy(() -> few.machine().onRanks(3, 1, RankDivision.DEALT))
                .hasMessageContaining("machine.zero");
        assertThatThrownBy(() -> new MachineSection(null, 1, null).onRanks(null, null, RankDivision.DEALT))
                .hasMessageContaining("machine.division is dealt");
        assertThatThrownBy(() -> config.machine().onRanks(2, 4)).hasMessageContaining("machine.zero");
        assertThatThrownBy(() -> new MachineSection(null, 1, null).onRanks(null, 1))
                .hasMessageContaining("machine.ranks");
    }

    /// Asking for one way of dividing leaves the other.
    @Test
    void stageAndDealtBlocks_replaceEachOther() {
        MachineSection dealt = new MachineSection(null, 1, null).onRanks(2, 3).onRanks(null, null, RankDivision.DEALT);
        assertThat(dealt.zero()).isNull();
        MachineSection shares = dealt.onRanks(null, 1);
        assertThat(shares.division()).isNull();
        assertThat(shares.zero()).isEqualTo(1);
        assertThat(dealt.onRanks(1, null).division()).isEqualTo(RankDivision.DEALT);
    }

    @Test
    void microBatchesAreChosenSoThatNoRankIsIdle() throws IOException {
        TrainConfig config = TinyRun.lora(model, questions)
                .withBatch(new BatchSection(8, null))
                .withMachine(new MachineSection(null, 1, null).onRanks(3, null));
        RankPlan plan = Objects.requireNonNull(run().plan(config).ranks());
        assertThat(plan.ranks()).allMatch(rank -> rank.microBatches() >= 1 && rank.threads() == 1);
    }

    /// The optimizer of the second rank fails in the sixth step.
    @Test
    void rankThatFails_endsTheRunWithTheCause_andItGoesOnFromTheLastCheckpoint() throws IOException {
        Path whole = folder.resolve("whole");
        TrainConfig config = config(Kind.FULL, ComputeType.F32, 3, 3).withCadence(new CadenceSection(4L, 2L, 4L, 2));
        run().start(config, whole);
        Path broken = folder.resolve("broken");
        AtomicInteger made = new AtomicInteger();
        StopAfter progress = new StopAfter(Long.MAX_VALUE);
        TrainingEnvironment environment = new TrainingEnvironment(
                "test",
                null,
                Long.MAX_VALUE,
                progress,
                Clock.systemUTC(),
                (_, threads) -> made.incrementAndGet() == 3 ? failing(threads, progress) : new CpuBackend(threads));
        assertThatThrownBy(() -> new TrainingRun(environment).start(config, broken))
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.code()).isEqualTo("TEST-BROKEN"));
        assertThat(last(broken).state().step()).isEqualTo(4);
        assertThat(EventLog.read(broken.resolve(EventLog.FILE_NAME)))
                .anyMatch(event -> event instanceof RunEvent.Failure failure
                        && failure.code().equals("TEST-BROKEN"));
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("gantry-rank-") && thread.isAlive());
        run().resume(broken);
        SavedRuns.assertSame(whole, broken);
    }

    private static Backend failing(int threads, StopAfter steps) {
        CpuBackend real = new CpuBackend(threads);
        OptimizerKernels kernels = (OptimizerKernels) Proxy.newProxyInstance(
                OptimizerKernels.class.getClassLoader(),
                new Class<?>[] {OptimizerKernels.class},
                (_, method, arguments) -> {
                    if (steps.done() >= 5) {
                        throw GantryException.environment("TEST-BROKEN", "a rank broke", "a test broke it", "Mend it.");
                    }
                    return call(real.optimizers(), method, arguments);
                });
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (_, method, arguments) ->
                        method.getName().equals("optimizers") ? kernels : call(real, method, arguments));
    }

    private static @Nullable Object call(Object target, java.lang.reflect.Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
