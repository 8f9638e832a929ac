package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The vertical pass against finite differences, against itself under other plans, and against decoding.
class TrainingPassTest {
    private static final long SEED = 20_261_121;
    private static final int[] LENGTHS_A = {5, 3};
    private static final int[] LENGTHS_B = {6};

    static List<String> names() {
        return List.copyOf(TinyDecoders.all().keySet());
    }

    private static DecoderSpec spec(String name) {
        DecoderSpec spec = TinyDecoders.all().get(name);
        assertThat(spec).isNotNull();
        return Objects.requireNonNull(spec);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyGradientMatchesFiniteDifferences(String name) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec(name), random, arena);
            Adapters adapters = TinyDecoders.adapters(model.spec(), 2, 0, random, arena);
            Gradients gradients = TinyDecoders.gradients(model, adapters, arena);
            List<TokenBatch> batches = batches(model.spec(), arena);
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = pass(backend, weights, adapters, Retention.EVERYTHING)) {
                gradients.clear(backend);
                pass.lossAndGradients(batches, adapters, gradients, 1);
                gradients.parameters().forEach((id, gradient) -> {
                    Matrix value = model.parameter(id).matrix();
                    check(id.toString(), value, gradient, pass, batches, adapters, random);
                });
                gradients.adapters().forEach((site, gradient) -> {
                    LowRank adapter = Objects.requireNonNull(adapters.at(site.layer(), site.module()));
                    check(site + " A", adapter.a(), gradient.da(), pass, batches, adapters, random);
                    check(site + " B", adapter.b(), gradient.db(), pass, batches, adapters, random);
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void recomputingLayersChangesNoBit(String name) {
        assertThat(run(name, Retention.BOUNDARY, 1)).isEqualTo(run(name, Retention.EVERYTHING, 1));
    }

    @ParameterizedTest
    @MethodSource("names")
    void inputsThatNoGradientReadsShareMemoryAndChangeNoBit(String name) {
        Random random = new Random(SEED);
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec(name), random, arena);
            Module down = Module.MLP_DOWN;
            Adapters all = TinyDecoders.adapters(model.spec(), 2, 0.3f, random, arena);
            AdapterSite first = new AdapterSite(0, down);
            Adapters adapters = new Adapters(Map.of(first, Objects.requireNonNull(all.at(0, down))));
            Gradients gradients = TinyDecoders.gradients(model, adapters, arena);
            Gradients ofAdapter = new Gradients(Map.of(), gradients.adapters());
            List<String> bits = new ArrayList<>();
            List<Long> bytes = new ArrayList<>();
            for (Set<ParameterId> trained :
                    List.of(Set.<ParameterId>of(), model.parameters().keySet())) {
                gradients.clear(backend);
                var plan = new TrainingPass.Plan(16, 2, Retention.EVERYTHING, adapters, trained);
                try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                        TrainingPass pass = new TrainingPass(backend, weights.weights(), plan)) {
                    double loss = pass.lossAndGradients(batches(model.spec(), arena), adapters, ofAdapter, 7);
                    var gradient = Objects.requireNonNull(ofAdapter.of(0, down));
                    bits.add(loss + hex(gradient.da()) + hex(gradient.db()));
                    bytes.add(pass.bytes());
                }
            }
            assertThat(bits.get(0)).isEqualTo(bits.get(1));
            DecoderSpec spec = model.spec();
            long inputsOfBlock = 2L * spec.hidden() + spec.mlp().intermediate();
            long kept = spec.mlp().intermediate(); // of the one adapter
            long values = 2L * spec.layers() * inputsOfBlock - 2 * kept;
            assertThat(bytes.get(1) - bytes.get(0)).isEqualTo(values * 16 * Float.BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void gradientsThatWereNotPlannedAreRefused(String name) {
        Random random = new Random(SEED);
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec(name), random, arena);
            Gradients gradients = TinyDecoders.gradients(model, Adapters.NONE, arena);
            var plan = new TrainingPass.Plan(16, 2, Retention.EVERYTHING, Adapters.NONE, Set.of());
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = new TrainingPass(backend, weights.weights(), plan)) {
                List<TokenBatch> batches = batches(model.spec(), arena);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> pass.lossAndGradients(batches, Adapters.NONE, gradients, 1));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void moreThreadsChangeNoBit(String name) {
        assertThat(run(name, Retention.EVERYTHING, 4)).isEqualTo(run(name, Retention.EVERYTHING, 1));
    }

    @ParameterizedTest
    @MethodSource("names")
    void stepAllocatesNoNativeMemory(String name) {
        Random random = new Random(SEED);
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec(name), random, arena);
            Gradients gradients = TinyDecoders.gradients(model, Adapters.NONE, arena);
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = pass(backend, weights, Adapters.NONE, Retention.BOUNDARY)) {
                long before = pass.allocations();
                pass.lossAndGradients(batches(model.spec(), arena), Adapters.NONE, gradients, 1);
                assertThat(pass.allocations()).isEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void measuredBytesAreThoseAllocated(String name) {
        Random random = new Random(SEED);
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec(name), random, arena);
            Adapters adapters = TinyDecoders.adapters(model.spec(), 2, 0.1f, random, arena);
            TrainingPass.Plan plan = new TrainingPass.Plan(16, 3, Retention.EVERYTHING, adapters, Set.of());
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.BF16);
                    TrainingPass pass = new TrainingPass(backend, weights.weights(), plan)) {
                assertThat(TrainingPass.measure(backend, model.spec(), ComputeType.BF16, plan))
                        .isEqualTo(pass.bytes());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void packedSequencesDoNotSeeEachOther(String name) {
        Random random = new Random(SEED);
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec(name), random, arena);
            int[] ids = ids(model.spec(), 8, new Random(SEED));
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = pass(backend, weights, Adapters.NONE, Retention.BOUNDARY)) {
                float[] together = losses(pass, arena, ids, LENGTHS_A);
                float[] first = losses(pass, arena, Arrays.copyOf(ids, 5), 5);
                float[] second = losses(pass, arena, Arrays.copyOfRange(ids, 5, 8), 3);
                for (int t = 0; t < 4; t++) {
                    assertThat(together[t]).isCloseTo(first[t], within(1e-5f));
                }
                for (int t = 0; t < 2; t++) {
                    assertThat(together[4 + t]).isCloseTo(second[t], within(1e-5f));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void decodingWithCacheEqualsFullForward(String name) {
        Random random = new Random(SEED);
        try (CpuBackend backend = new CpuBackend(2);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec(name), random, arena);
            Adapters adapters = TinyDecoders.adapters(model.spec(), 2, 0, random, arena);
            int vocabulary = model.spec().vocabularySize();
            int[] ids = ids(model.spec(), 7, random);
            int[] other = ids(model.spec(), 4, random);
            Matrix full = arena.matrix(DType.F32, ids.length, vocabulary);
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = pass(backend, weights, adapters, Retention.BOUNDARY);
                    InferencePass inference = new InferencePass(
                            backend, weights.weights(), adapters, new InferencePass.Extent(16, 2, 16));
                    KeyValueCache cache = new KeyValueCache(model.spec(), ComputeType.F32, 2, 8)) {
                TokenBatch batch = new TokenBatch.Buffers(16, arena).fill(ids, nextIds(ids, ids.length), ids.length);
                pass.forward(List.of(batch), adapters);
                pass.logits(0, batch, full);
                Matrix prefilled = inference.advance(cache, other, Arrays.copyOf(ids, 3));
                assertRowsClose(full.row(2), prefilled.row(1), vocabulary);
                for (int t = 3; t < ids.length; t++) {
                    Matrix step = inference.advance(cache, new int[0], new int[] {ids[t]});
                    assertRowsClose(full.row(t), step.row(0), vocabulary);
                }
            }
        }
    }

    private static void assertRowsClose(Matrix expected, Matrix actual, int columns) {
        for (int c = 0; c < columns; c++) {
            assertThat(get(actual, c)).isCloseTo(get(expected, c), within(2e-5f));
        }
    }

    /// Loss and all gradients as raw bits.
    private static List<Object> run(String name, Retention retention, int threads) {
        Random random = new Random(SEED);
        try (CpuBackend backend = new CpuBackend(threads);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec(name), random, arena);
            Adapters adapters = TinyDecoders.adapters(model.spec(), 2, 0.3f, random, arena);
            Gradients gradients = TinyDecoders.gradients(model, adapters, arena);
            List<Object> bits = new ArrayList<>();
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = pass(backend, weights, adapters, retention)) {
                bits.add(pass.lossAndGradients(batches(model.spec(), arena), adapters, gradients, 7));
            }
            gradients.parameters().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey(Comparator.comparing(Object::toString)))
                    .forEach(entry -> bits.add(entry.getKey() + hex(entry.getValue())));
            gradients.adapters().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey(Comparator.comparing(Object::toString)))
                    .forEach(entry -> bits.add(entry.getKey()
                            + hex(entry.getValue().da())
                            + hex(entry.getValue().db())));
            return bits;
        }
    }

    private static String hex(Matrix matrix) {
        return HexFormat.of().formatHex(matrix.data().toArray(ValueLayout.JAVA_BYTE));
    }

    private static void check(
            String what,
            Matrix value,
            Matrix gradient,
            TrainingPass pass,
            List<TokenBatch> batches,
            Adapters adapters,
            Random random) {
        long labelled = batches.stream().mapToLong(TokenBatch::labelled).sum();
        for (int probe = 0; probe < 4; probe++) {
            long i = random.nextLong(value.elements());
            float before = value.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            float h = 4e-3f;
            set(value.data(), i, before + h);
            double up = pass.lossSum(batches, adapters, null) / labelled;
            set(value.data(), i, before - h);
            double down = pass.lossSum(batches, adapters, null) / labelled;
            set(value.data(), i, before);
            double expected = (up - down) / (2 * h);
            double actual = gradient.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            assertThat(actual).as("%s[%d]", what, i).isCloseTo(expected, within(2e-3 + 0.02 * Math.abs(expected)));
        }
    }

    private static void set(MemorySegment data, long index, float value) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }

    private static float get(Matrix row, int column) {
        return row.data().get(ValueLayout.JAVA_FLOAT, row.offset(0, column));
    }

    private static TrainingPass pass(
            CpuBackend backend, ResidentWeights weights, Adapters adapters, Retention retention) {
        Set<ParameterId> all = DecoderParameters.of(weights.weights().spec()).stream()
                .map(ParameterSpec::id)
                .collect(Collectors.toSet());
        return new TrainingPass(backend, weights.weights(), new TrainingPass.Plan(16, 2, retention, adapters, all));
    }

    private static List<TokenBatch> batches(DecoderSpec spec, TensorArena arena) {
        Random random = new Random(SEED + 1);
        int[] a = ids(spec, 8, random);
        int[] b = ids(spec, 6, random);
        return List.of(
                new TokenBatch.Buffers(16, arena).fill(a, nextIds(a, LENGTHS_A), LENGTHS_A),
                new TokenBatch.Buffers(16, arena).fill(b, nextIds(b, LENGTHS_B), LENGTHS_B));
    }

    private static float[] losses(TrainingPass pass, TensorArena arena, int[] ids, int... lengths) {
        TokenBatch batch = new TokenBatch.Buffers(16, arena).fill(ids, nextIds(ids, lengths), lengths);
        float[] losses = new float[batch.labelled()];
        pass.lossSum(List.of(batch), Adapters.NONE, List.of(losses));
        return losses;
    }

    private static int[] ids(DecoderSpec spec, int count, Random random) {
        return IntStream.generate(() -> random.nextInt(spec.vocabularySize()))
                .limit(count)
                .toArray();
    }

    /// The id that follows within each sequence; nothing follows the last.
    private static int[] nextIds(int[] ids, int... lengths) {
        int[] next = new int[ids.length];
        int start = 0;
        for (int length : lengths) {
            for (int t = 0; t < length; t++) {
                next[start + t] = t + 1 < length ? ids[start + t + 1] : LossKernels.IGNORED;
            }
            start += length;
        }
        return next;
    }
}
