package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan.Head;
import dev.gantry.offload.frozen.FrozenPlan.Reading;
import dev.gantry.offload.frozen.StreamedWeights.Budgets;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Heads larger than the device, tied and own, projected and not: the bits of a head that is simply there.
class StreamedHeadTest {
    private static final long SEED = 20_261_217;
    private static final int LAYERS = 2;
    private static final int VOCABULARY = 20_001;
    private static final Reading READING = new Reading(3, 65_536, null);

    @TempDir
    private Path folder;

    static List<String> names() {
        return List.copyOf(TinyDecoders.all().keySet());
    }

    private static DecoderSpec spec(String name) {
        return TinyDecoders.withVocabulary(
                Objects.requireNonNull(TinyDecoders.all().get(name)), VOCABULARY);
    }

    private static FrozenPlan plan(Tier home, int slots, Reading reading) {
        return FrozenPlan.spread(LAYERS, 1, 0, 1).with(new Head(home, slots)).with(reading);
    }

    private List<FrozenPlan> plans() {
        Reading relaid = READING.relaidIn(folder.resolve("copies"));
        return List.of(
                plan(Tier.HOST, 1, READING),
                plan(Tier.HOST, 2, relaid),
                plan(Tier.DISK, 1, READING),
                plan(Tier.DISK, 2, READING),
                plan(Tier.DISK, 2, relaid),
                plan(Tier.DISK, 3, relaid));
    }

    @ParameterizedTest
    @MethodSource("names")
    void headFromHostOrDisk_givesTheSameBits_andIsFetchedTwiceLessWhatStays(String name) throws IOException {
        int blocks = HeadBlocks.of(spec(name)).count();
        assertThat(blocks).isEqualTo(3);
        try (CpuBackend backend = new CpuBackend(2);
                TensorArena arena = new TensorArena()) {
            StoredDecoder decoder = StoredDecoder.random(backend, spec(name), DType.BF16, SEED, folder, arena);
            for (ComputeType compute : ComputeType.values()) {
                List<Long> expected;
                try (ResidentWeights resident = new ResidentWeights(backend, decoder.inMemory(), compute)) {
                    expected = LoraRun.ACCUMULATED.bits(backend, resident.weights(), SEED, done -> {});
                }
                for (FrozenPlan plan : plans()) {
                    try (StreamedWeights streamed = Streamed.of(backend, decoder.inFiles(), compute, plan)) {
                        List<Long> fetched = new ArrayList<>();
                        List<Long> bits = LoraRun.ACCUMULATED.bits(
                                backend,
                                streamed.weights(),
                                SEED,
                                done -> fetched.add(streamed.headTransfers().blocks()));
                        assertThat(bits).as("%s in %s", plan, compute).isEqualTo(expected);
                        long eachStep = 2L * (blocks - plan.head().slots());
                        long first = blocks + eachStep / 2;
                        assertThat(fetched).containsExactly(0L, first, first + eachStep, first + 2 * eachStep);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void decodingReadsAHeadInHostMemoryWhereItLies(String name) throws IOException {
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            StoredDecoder decoder = StoredDecoder.random(backend, spec(name), DType.BF16, SEED, folder, arena);
            List<Float> expected;
            try (ResidentWeights resident = new ResidentWeights(backend, decoder.inMemory(), ComputeType.BF16)) {
                expected = logits(backend, resident.weights());
            }
            List<FrozenPlan> plans = new ArrayList<>(plans());
            plans.add(plan(Tier.HOST, 0, READING));
            for (FrozenPlan plan : plans) {
                try (StreamedWeights streamed = Streamed.of(backend, decoder.inFiles(), ComputeType.BF16, plan)) {
                    assertThat(logits(backend, streamed.weights()))
                            .as("%s", plan)
                            .isEqualTo(expected);
                    boolean moves = plan.head().home() == Tier.DISK;
                    assertThat(streamed.headTransfers().blocks() > 0).isEqualTo(moves);
                }
            }
        }
    }

    private static List<Float> logits(CpuBackend backend, ModelWeights weights) {
        List<Float> logits = new ArrayList<>();
        try (InferencePass pass =
                        new InferencePass(backend, weights, Adapters.NONE, new InferencePass.Extent(4, 1, 8));
                KeyValueCache cache = new KeyValueCache(weights.spec(), weights.computeType(), 1, 8)) {
            for (int[] tokens : List.of(new int[] {1, 19_000, 2}, new int[] {3})) {
                Matrix row = pass.advance(cache, tokens);
                for (int token = 0; token < row.columns(); token++) {
                    logits.add(row.data().getAtIndex(ValueLayout.JAVA_FLOAT, token));
                }
            }
        }
        return logits;
    }

    @ParameterizedTest
    @MethodSource("names")
    void measuredBytesAreThoseTaken(String name) throws IOException {
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            StoredDecoder decoder = StoredDecoder.random(backend, spec(name), DType.BF16, SEED, folder, arena);
            List<FrozenPlan> plans = new ArrayList<>(plans());
            plans.add(FrozenPlan.spread(LAYERS, 2, 0, 0));
            plans.add(FrozenPlan.spread(LAYERS, 0, 2, 1));
            for (FrozenPlan plan : plans) {
                Budgets planned = Budgets.unlimited();
                StreamedWeights.measure(backend, decoder.inFiles(), ComputeType.F32, plan, planned);
                Budgets exact = new Budgets(
                        new MemoryAccount("device", planned.device().peakBytes()),
                        new MemoryAccount("host", planned.host().peakBytes()));
                try (StreamedWeights streamed =
                        Streamed.within(backend, decoder.inFiles(), ComputeType.F32, plan, exact)) {
                    assertThat(streamed.weights().head().blocks().vocabulary()).isEqualTo(VOCABULARY);
                    assertThat(exact.device().heldBytes())
                            .isEqualTo(planned.device().peakBytes());
                    assertThat(exact.host().heldBytes())
                            .isEqualTo(planned.host().peakBytes());
                }
            }
        }
    }
}
