package dev.gantry.lora.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.lora.FamilyModels;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.Transfers;
import dev.gantry.offload.plan.InferencePlan;
import dev.gantry.offload.plan.InferencePlan.Least;
import dev.gantry.offload.plan.SweepMoves;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of models that need not fit their memory: the bits of those that are simply there, within the budgets.
class PlacedModelTest {
    private static final long AMPLE = 1L << 40;
    private static final int DEEP = 100;
    private static final int SHALLOW = 6;
    private static final int CAPACITY = 16;
    private static final int PROMPT = 11;
    private static final int NEW_TOKENS = 3;
    private static final MemoryLimits NOTHING = MemoryLimits.of(0, 0);

    private final CpuBackend backend = new CpuBackend(2);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    private static PlacedModel.Use use(ComputeType compute, int sequences) {
        return new PlacedModel.Use(compute, Adapters.NONE, sequences, CAPACITY);
    }

    private LoadedModel load(FamilyModels family, int layers, DType stored) throws IOException {
        return ModelFolder.open(family.write(folder.resolve(family + "-" + stored), layers, stored))
                .load();
    }

    private PlacedModel open(LoadedModel model, PlacedModel.Use use, MemoryTiers tiers) {
        return PlacedModel.open(backend, CheckpointModel.of(model), use, tiers, Progress.silent());
    }

    private Least least(LoadedModel model, PlacedModel.Use use, MemoryLimits limits) {
        return PlacedModel.plan(backend, CheckpointModel.of(model), use, MemoryTiers.within(limits))
                .least();
    }

    /// Device budgets from the least that works to plenty, and host budgets likewise.
    private static List<MemoryLimits> matrix(Least least, long modelBytes) {
        List<MemoryLimits> limits = new ArrayList<>();
        for (long device : new long[] {least.deviceBytes(), least.deviceBytes() + modelBytes / 3, AMPLE}) {
            for (long host : new long[] {least.hostBytes(), least.hostBytes() + modelBytes / 2, AMPLE}) {
                limits.add(MemoryLimits.of(device, host));
            }
        }
        return limits;
    }

    @ParameterizedTest
    @EnumSource
    void everyBudgetGivesTheSameTokensAndLogits_withinTheBudgetAndAsPlanned(FamilyModels family) throws IOException {
        try (LoadedModel f32 = load(family, SHALLOW, DType.F32);
                LoadedModel f16 = load(family, SHALLOW, DType.F16)) {
            compare(f32, use(ComputeType.F32, 1));
            compare(f32, use(ComputeType.BF16, 9));
            compare(f16, use(ComputeType.F32, 9));
            compare(f16, use(ComputeType.BF16, 1));
        }
    }

    private void compare(LoadedModel model, PlacedModel.Use use) {
        List<Object> expected = answers(model, use, MemoryLimits.NONE);
        Least least = least(model, use, NOTHING);
        for (MemoryLimits limits : matrix(least, model.folder().bytes())) {
            assertThat(answers(model, use, limits)).as("%s %s", use, limits).isEqualTo(expected);
        }
    }

    /// Tokens of greedy continuations, and the logits of a prompt and a token after it.
    private List<Object> answers(LoadedModel model, PlacedModel.Use use, MemoryLimits limits) {
        MemoryTiers tiers = MemoryTiers.within(limits);
        List<int[]> prompts = prompts(use.sequences(), model.folder().spec().vocabularySize());
        List<Object> answers = new ArrayList<>();
        try (PlacedModel placed = open(model, use, tiers)) {
            try (Generator generator = new Generator(
                    backend,
                    placed.weights(),
                    use.adapters(),
                    use.sequences(),
                    CAPACITY,
                    placed.device(),
                    placed.cacheTier())) {
                generator
                        .generate(prompts, Sampling.GREEDY, NEW_TOKENS, Set.of(), (sequence, id) -> true)
                        .forEach(answer -> answers.add(Arrays.toString(answer.ids())));
            }
            placed.plan().ifPresent(plan -> {
                assertPeak(plan, Tier.DEVICE, tiers.device().peakBytes());
                assertPeak(plan, Tier.HOST, tiers.host().peakBytes());
            });
            answers.addAll(logits(placed, use, prompts));
        }
        assertThat(tiers.device().heldBytes() + tiers.host().heldBytes()).isZero();
        return answers;
    }

    private static void assertPeak(InferencePlan plan, Tier tier, long peak) {
        assertThat(peak).isLessThanOrEqualTo(plan.tier(tier).budgetBytes());
        assertThat((double) plan.tier(tier).bytes()).isBetween(0.95 * peak, 1.05 * peak);
    }

    private List<Float> logits(PlacedModel placed, PlacedModel.Use use, List<int[]> prompts) {
        List<Float> logits = new ArrayList<>();
        try (InferencePass pass = pass(placed, use, use.sequences() * PROMPT);
                KeyValueCache cache = cache(placed, use)) {
            int[][] one = prompts.stream().map(prompt -> new int[] {prompt[0]}).toArray(int[][]::new);
            for (int[][] tokens : List.of(prompts.toArray(int[][]::new), one)) {
                Matrix rows = pass.advance(cache, tokens);
                for (long i = 0; i < rows.elements(); i++) {
                    logits.add(rows.data().getAtIndex(ValueLayout.JAVA_FLOAT, i));
                }
            }
        }
        return logits;
    }

    private InferencePass pass(PlacedModel placed, PlacedModel.Use use, int tokens) {
        var extent = new InferencePass.Extent(tokens, use.sequences(), 2 * CAPACITY);
        return new InferencePass(backend, placed.weights(), use.adapters(), extent);
    }

    private static KeyValueCache cache(PlacedModel placed, PlacedModel.Use use) {
        return new KeyValueCache(placed.weights().spec(), use.compute(), use.sequences(), 2 * CAPACITY);
    }

    private static List<int[]> prompts(int sequences, int vocabulary) {
        SplittableRandom random = new SplittableRandom(7);
        return IntStream.range(0, sequences)
                .mapToObj(s -> random.ints(PROMPT, 0, vocabulary).toArray())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void aModelTwentyTimesItsDeviceAndFourTimesItsHost_answersTheSame(FamilyModels family) throws IOException {
        try (LoadedModel model = load(family, DEEP, DType.F32)) {
            PlacedModel.Use use = use(ComputeType.F32, 1);
            long bytes = model.folder().bytes();
            MemoryLimits tight = MemoryLimits.of(bytes / 20, bytes / 4);
            try (PlacedModel placed = open(model, use, MemoryTiers.within(tight))) {
                assertThat(placed.plan().orElseThrow().weights().count(Tier.DISK))
                        .isGreaterThan(DEEP / 2);
            }
            assertThat(answers(model, use, tight)).isEqualTo(answers(model, use, MemoryLimits.NONE));
        }
    }

    /// Blocks that come to the device for each token once the rings have settled, by the schedule and really; none for
    /// a single user's where all lie in memory.
    @ParameterizedTest
    @ValueSource(ints = {1, 9})
    void blocksMovedAreThoseOfThePlan(int sequences) throws IOException {
        for (DType stored : List.of(DType.F32, DType.F16)) {
            try (LoadedModel model = load(FamilyModels.LLAMA, SHALLOW, stored)) {
                PlacedModel.Use use = use(ComputeType.F32, sequences);
                Least least = least(model, use, NOTHING);
                for (MemoryLimits limits : matrix(least, model.folder().bytes())) {
                    moves(model, use, limits);
                }
            }
        }
    }

    private void moves(LoadedModel model, PlacedModel.Use use, MemoryLimits limits) {
        try (PlacedModel placed = open(model, use, MemoryTiers.within(limits));
                InferencePass pass = pass(placed, use, use.sequences());
                KeyValueCache cache = cache(placed, use)) {
            InferencePlan plan = placed.plan().orElseThrow();
            SweepMoves planned = plan.decode().moved();
            int[][] tokens = new int[use.sequences()][1];
            for (int settling = 0; settling < SHALLOW; settling++) {
                pass.advance(cache, tokens);
            }
            Transfers blocks = placed.transfers();
            Transfers head = placed.headTransfers();
            for (int sweep = 0; sweep < SHALLOW; sweep++) {
                pass.advance(cache, tokens);
            }
            Transfers moved = placed.transfers().since(blocks);
            Transfers movedHead = placed.headTransfers().since(head);
            assertThat((double) moved.blocks() / SHALLOW).as("%s", plan).isCloseTo(planned.blocks(), within(1e-9));
            assertThat((double) movedHead.blocks()).isEqualTo(SHALLOW * planned.headBlocks());
            if (plan.weights().count(Tier.DISK) == 0 && use.sequences() == 1) {
                assertThat(moved.blocks() + movedHead.blocks()).isZero();
            }
        }
    }

    @Test
    void tooLittleMemory_isRefusedWithTheLeastThatWorks() throws IOException {
        try (LoadedModel model = load(FamilyModels.GPT2, SHALLOW, DType.F32)) {
            PlacedModel.Use use = use(ComputeType.F32, 1);
            Least least = least(model, use, MemoryLimits.of(0, AMPLE));
            MemoryTiers tiers = MemoryTiers.within(MemoryLimits.of(least.deviceBytes() - 1, AMPLE));
            assertThatExceptionOfType(GantryException.class)
                    .isThrownBy(() -> open(model, use, tiers))
                    .withMessageContaining("at least")
                    .satisfies(e -> assertThat(e.code()).isEqualTo("MEMORY-BUDGET"));
            assertThat(tiers.device().peakBytes()).isZero();
        }
    }

    /// A token is given out only if the files were the same from the beginning of its sweep to the end.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileThatChangesWhileAnswering_endsTheAnswerWithoutAWrongToken(boolean cutOff) throws IOException {
        try (LoadedModel model = load(FamilyModels.LLAMA, SHALLOW, DType.F32)) {
            PlacedModel.Use use = use(ComputeType.F32, 1);
            Least least = least(model, use, NOTHING);
            List<int[]> prompts = prompts(1, 97);
            MemoryTiers tiers = MemoryTiers.within(MemoryLimits.of(least.deviceBytes(), least.hostBytes()));
            List<Integer> given = new ArrayList<>();
            try (PlacedModel placed = open(model, use, tiers);
                    Generator generator = new Generator(
                            backend,
                            placed.weights(),
                            use.adapters(),
                            1,
                            CAPACITY,
                            placed.device(),
                            placed.cacheTier())) {
                int[] right = generator
                        .generate(prompts, Sampling.GREEDY, NEW_TOKENS, Set.of(), (sequence, id) -> true)
                        .getFirst()
                        .ids();
                assertThatExceptionOfType(GantryException.class)
                        .isThrownBy(() ->
                                generator.generate(prompts, Sampling.GREEDY, NEW_TOKENS, Set.of(), (sequence, id) -> {
                                    given.add(id);
                                    change(model.folder().files().getFirst(), cutOff);
                                    return true;
                                }))
                        .satisfies(e -> assertThat(e.code()).isEqualTo("FILE-CHANGED"));
                assertThat(given).containsExactly(right[0]);
            }
        }
    }

    private static void change(Path file, boolean cutOff) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (cutOff) {
                channel.truncate(channel.size() - 4096);
            } else {
                channel.write(ByteBuffer.wrap(new byte[4096]), channel.size() - 4096);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
