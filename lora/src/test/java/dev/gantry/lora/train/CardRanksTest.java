package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.collective.Carrier;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.engine.device.Devices;
import dev.gantry.engine.device.MachineDevices;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.cards.Division;
import dev.gantry.offload.plan.RankDivision;
import dev.gantry.offload.plan.RankPlan;
import dev.gantry.offload.ranks.RankedJob;
import dev.gantry.offload.ranks.ZeroStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranks on cards of their own: the host as several cards, whose kernels its driver refuses all memory but their
/// card's, with an NCCL of ours between them or without.
@Timeout(300)
class CardRanksTest {
    private static final int CARDS = 3;
    private static final String DEALT = "dealt";

    @TempDir
    private static Path inputs;

    private static Path model = Path.of("");
    private static Path questions = Path.of("");

    @TempDir
    private Path folder;

    private final HostCuda host = HostCuda.open();

    @BeforeAll
    static void makeAModelOfThreeBlocks() throws IOException {
        Path described = TinyRun.describedModel(inputs.resolve("described"));
        Path config = described.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"));
        Path made = inputs.resolve("pretraining");
        new TrainingRun(TrainingEnvironment.quiet())
                .start(TinyRun.pretraining(described, TinyRun.corpus(inputs.resolve("corpus.jsonl"))), made);
        model = last(made).resolve(Checkpoint.MODEL_FOLDER);
        questions = TinyRun.questions(inputs.resolve("questions.jsonl"));
    }

    @BeforeEach
    void onTheHost() {
        host.assumeHost();
    }

    @AfterEach
    void close() {
        host.close();
    }

    private Devices cards(boolean hasNccl) {
        return new MachineDevices(host.cards(folder.resolve("kernels"), CARDS, hasNccl));
    }

    private static TrainingEnvironment on(Devices devices) {
        return TrainingEnvironment.quiet().withDevices(devices);
    }

    /// Two steps of three micro-batches, which two ranks cannot divide evenly.
    ///
    /// @param division a stage of ZeRO, or `dealt`
    private static TrainConfig config(Stage stage, ComputeType compute, int ranks, String division) {
        TrainConfig lora = TinyRun.lora(model, questions);
        TrainConfig chosen = stage == Stage.SFT
                ? lora
                : TinyRun.small(TrainConfig.of(stage, lora.model(), lora.data()))
                        .withSamples(CardRunTest.NO_SAMPLES);
        MachineSection machine = new MachineSection(compute, 1, null).on("cuda");
        return chosen.withBatch(new BatchSection(3, 1))
                .withDuration(new DurationSection(null, 2L, 0))
                .withCadence(new CadenceSection(2L, 1L, 2L, 2))
                .withMachine(ranks == 1 ? machine : divided(machine, ranks, division));
    }

    private static MachineSection divided(MachineSection machine, int ranks, String division) {
        return division.equals(DEALT)
                ? machine.onRanks(ranks, null, RankDivision.DEALT)
                : machine.onRanks(ranks, Integer.valueOf(division));
    }

    /// The same run on one card, made once.
    private static Path onOneCard(Devices cards, Stage stage, ComputeType compute) throws IOException {
        Path run = inputs.resolve("alone-" + stage + "-" + compute);
        if (Files.notExists(run)) {
            new TrainingRun(on(cards)).start(config(stage, compute, 1, ""), run);
        }
        return run;
    }

    private static Path last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow().folder();
    }

    @ParameterizedTest
    @CsvSource({
        "SFT, F32, 2, 0, true",
        "SFT, BF16, 2, 3, false",
        "SFT, F32, 2, dealt, true",
        "SFT, BF16, 3, dealt, false",
        "FULL, F32, 2, 3, true",
        "FULL, F32, 2, dealt, true"
    })
    void ranksOnCards_leaveWhatOneCardLeaves(Stage stage, ComputeType compute, int ranks, String division, boolean nccl)
            throws IOException {
        Devices cards = cards(nccl);
        long used = host.usedBytes();
        Path together = folder.resolve("together");
        new TrainingRun(on(cards)).start(config(stage, compute, ranks, division), together);
        SavedRuns.assertSame(onOneCard(cards, stage, compute), together);
        assertThat(host.usedBytes()).isEqualTo(used);
    }

    /// Work of all cards is put off as far as CUDA allows: a rank that looks too early sees what is missing.
    @ParameterizedTest
    @ValueSource(strings = {"3", DEALT})
    void ranksOnUnluckyStreams_leaveTheSame(String division) throws IOException {
        Devices cards = cards(false);
        Path whole = onOneCard(cards, Stage.SFT, ComputeType.F32);
        host.defer(20_261_130);
        Path together = folder.resolve("together");
        new TrainingRun(on(cards)).start(config(Stage.SFT, ComputeType.F32, 2, division), together);
        SavedRuns.assertSame(whole, together);
    }

    @ParameterizedTest
    @CsvSource({"dealt, 1, ", "3, 2, dealt"})
    void runOnCards_goesOnDividedOtherwise_toTheSameBits(String begun, int later, @Nullable String division)
            throws IOException {
        Devices cards = cards(true);
        Path whole = onOneCard(cards, Stage.SFT, ComputeType.F32);
        Path stopped = folder.resolve("stopped");
        new TrainingRun(on(cards).withProgress(new StopAfter(1)))
                .start(config(Stage.SFT, ComputeType.F32, 2, begun), stopped);
        new TrainingRun(on(cards))
                .resume(
                        stopped,
                        machine -> division == null ? machine.onRanks(later, null) : divided(machine, later, division));
        SavedRuns.assertSame(whole, stopped);
    }

    @ParameterizedTest
    @CsvSource({"SFT, 3, false", "FULL, 2, false", "SFT, dealt, true", "FULL, dealt, false"})
    void ranksTakeOfTheirCardsWhatThePlanSays(Stage stage, String division, boolean answers) throws IOException {
        TrainConfig asking = config(stage, ComputeType.BF16, 2, division);
        TrainConfig config = answers ? asking : asking.withSamples(CardRunTest.NO_SAMPLES);
        Devices cards = cards(false);
        RankPlan plan =
                Objects.requireNonNull(new TrainingRun(on(cards)).plan(config).ranks());
        assertThat(plan.fits()).isTrue();
        assertThat(plan.ranks()).extracting(RankPlan.RankUse::on).containsExactly("cuda:0", "cuda:1");
        try (RunInputs inputs = RunInputs.open(config, on(cards));
                TrainingSetup setup = TrainingSetup.of(inputs, folder.resolve("states"), on(cards));
                StepData data = TinyRun.steps(inputs, setup)) {
            setup.trainer().take(data.nextStep(), 0.01, 1);
            setup.questions().answer(setup.trainer());
            List<MemoryAccount> accounts = setup.layout().ranks();
            for (int rank = 0; rank < 2; rank++) {
                MemoryAccount account = accounts.get(rank);
                assertThat(account.memory().isHost()).isFalse();
                assertThat(account.peakBytes())
                        .isEqualTo(plan.ranks().get(rank).device().bytes());
                assertThat(account.budgetBytes()).isLessThan(1L << 30);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true, NCCL", "false, DRIVER"})
    void plan_saysWhatLinksCarry_andHowBlocksAreDivided(boolean nccl, Carrier carrier) throws IOException {
        RankPlan plan = Objects.requireNonNull(new TrainingRun(on(cards(nccl)))
                .plan(config(Stage.SFT, ComputeType.F32, 2, "3"))
                .ranks());
        assertThat(plan.carrier()).isEqualTo(carrier);
        var division = Objects.requireNonNull(plan.division());
        assertThat(division.links().slowest()).isEqualTo(1e10);
        assertThat(division.shards()).isInstanceOf(Division.Sharded.class);
        assertThat(division.layers())
                .isInstanceOfSatisfying(
                        Division.Dealt.class,
                        dealt -> assertThat(dealt.layers()).hasSize(2).allMatch(layers -> layers > 0));
    }

    /// Cards of which none holds the model: three thirds of it, or three shares with what is gathered.
    @Test
    void leftToChoose_cardsThatHoldAll_shareMicroBatches_andBlocksOtherwise() throws IOException {
        TrainingRun runs = new TrainingRun(on(cards(false)));
        TrainConfig free = config(Stage.SFT, ComputeType.F32, 3, "0")
                .withMachine(
                        new MachineSection(ComputeType.F32, 1, null).on("cuda").onRanks(3, null));
        RankPlan ample = Objects.requireNonNull(runs.plan(free).ranks());
        assertThat(ample.divided()).isEqualTo(new RankedJob.Division.ByMicroBatches(ZeroStage.NONE));
        long needed = ample.ranks().getFirst().device().bytes();
        RankPlan dealt = Objects.requireNonNull(
                runs.plan(config(Stage.SFT, ComputeType.F32, 3, DEALT)).ranks());
        long most = dealt.ranks().stream()
                .mapToLong(rank -> rank.device().bytes())
                .max()
                .orElseThrow();
        assertThat(most).isLessThan(needed);
        TrainConfig tight = free.withMachine(free.machine().within(new ByteSize(most), null, null));
        RankPlan chosen = Objects.requireNonNull(runs.plan(tight).ranks());
        assertThat(chosen.divided()).isEqualTo(new RankedJob.Division.ByBlocks(List.of(1, 1, 1)));
        assertThat(chosen.fits()).isTrue();
    }

    @Test
    void ranksThatOutnumberCards_areRefused_beforeThereIsARun() {
        TrainingRun runs = new TrainingRun(on(cards(true)));
        TrainConfig config = config(Stage.SFT, ComputeType.F32, 2, "0");
        TrainConfig fromTheLast = config.withMachine(config.machine().on("cuda:2"));
        Path run = folder.resolve("run");
        assertThatThrownBy(() -> runs.start(fromTheLast, run)).isInstanceOfSatisfying(GantryException.class, e -> {
            assertThat(e.code()).isEqualTo("CUDA-CARDS");
            assertThat(e.why()).contains("names " + CARDS);
        });
        assertThatThrownBy(() -> runs.plan(fromTheLast)).isInstanceOf(GantryException.class);
        assertThat(run.resolve("config.json")).doesNotExist();
    }

    @Test
    void cardThatIsTooSmall_isToldBeforeAnythingIsTrained() {
        TrainConfig config = config(Stage.FULL, ComputeType.F32, 2, "2");
        TrainConfig tight = config.withMachine(config.machine().within(new ByteSize(50_000), null, null));
        assertThatThrownBy(() -> new TrainingRun(on(cards(true))).start(tight, folder.resolve("run")))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("a rank takes");
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, dealt"})
    void faultOfOneCard_endsTheRunOfAll_andIsInItsRecord(boolean nccl, String division) throws IOException {
        Path run = folder.resolve("faulty");
        Progress progress = CardRunTest.atFirstStep(() -> host.failLaunches(1));
        TrainingEnvironment environment = on(cards(nccl)).withProgress(progress);
        assertThatThrownBy(
                        () -> new TrainingRun(environment).start(config(Stage.SFT, ComputeType.F32, 2, division), run))
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.code()).isEqualTo("CUDA-FAULT"));
        assertThat(EventLog.read(run.resolve(EventLog.FILE_NAME)))
                .anyMatch(event -> event instanceof RunEvent.Failure failure
                        && failure.code().equals("CUDA-FAULT"));
        assertThat(last(run)).exists();
    }
}
