package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.cpu.onednn.OneDnnUnavailableException;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole passes of every family in shapes that fit no register and no tile, by the fast kernels and by the scalar ones.
///
/// `-Dgantry.test.shapes=N` tries N random shapes of each.
class OddShapesTest {
    private static final int MAX_POSITIONS = 200;
    private static final int MAX_TOKENS = 220;
    private static final int NEW_TOKENS = 3;

    static Stream<Arguments> cases() {
        return LongStream.range(0, Long.getLong("gantry.test.shapes", 1))
                .boxed()
                .flatMap(seed -> TinyDecoders.all().keySet().stream()
                        .flatMap(name -> Stream.of(MatmulChoice.VECTOR, MatmulChoice.ONEDNN)
                                .flatMap(choice -> Arrays.stream(ComputeType.values())
                                        .filter(compute -> compute != ComputeType.F16 || choice == MatmulChoice.ONEDNN)
                                        .map(compute -> Arguments.of(name, seed, choice, compute)))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fastKernels_computeWhatScalarOnesDo(String name, long seed, MatmulChoice choice, ComputeType compute) {
        DecoderSpec spec =
                oddShape(Objects.requireNonNull(TinyDecoders.all().get(name)), new Random(seed * 31 + name.hashCode()));
        // bf16 keeps 8 bits of what goes from one product to the next, f16 11; what is left of large sums tells
        double tolerance = switch (compute) {
            case F32 -> 2e-4;
            case BF16 -> 6e-2;
            case F16 -> 3e-2;
        };
        Map<String, float[]> truth = outcome(spec, seed, MatmulChoice.SCALAR, compute);
        Map<String, float[]> fast;
        try {
            fast = outcome(spec, seed, choice, compute);
        } catch (OneDnnUnavailableException e) {
            assumeTrue(false, e.getMessage());
            return;
        }
        assertThat(fast.keySet()).isEqualTo(truth.keySet());
        truth.forEach((what, expected) -> {
            float[] actual = Objects.requireNonNull(fast.get(what));
            // softmax does not see what is added to all keys: the gradient of their bias is zero but for rounding
            double scale = largest(truth.getOrDefault(what.replace("key.bias", "query.bias"), expected));
            double worst = 0;
            for (int i = 0; i < expected.length; i++) {
                double error = Math.abs(expected[i] - actual[i]);
                worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
            }
            assertThat(worst / scale).as("%s of %s", what, spec).isLessThan(tolerance);
        });
    }

    private static double largest(float[] values) {
        double largest = 1e-6;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /// Odd sizes everywhere; rotary positions alone need even heads.
    private static DecoderSpec oddShape(DecoderSpec like, Random random) {
        boolean rotary = like.position() instanceof PositionSpec.Rotary;
        int headDim = rotary ? 4 + 2 * random.nextInt(10) : 3 + 2 * random.nextInt(10);
        boolean grouped = like.attention().kvHeads() < like.attention().heads();
        int heads = 1 + random.nextInt(5);
        int kvHeads = grouped ? 1 : heads;
        int hidden = heads * headDim;
        AttentionSpec a = like.attention();
        PositionSpec position = switch (like.position()) {
            case PositionSpec.Rotary r -> new PositionSpec.Rotary(r.theta(), headDim, r.scaling());
            case PositionSpec.Learned l -> new PositionSpec.Learned(MAX_POSITIONS, l.offset());
            case PositionSpec.Alibi alibi -> alibi;
        };
        return new DecoderSpec(
                101 + 2 * random.nextInt(50),
                like.embeddingDim() == like.hidden() ? hidden : 1 + random.nextInt(40),
                hidden,
                2,
                MAX_POSITIONS,
                position,
                like.norm(),
                new AttentionSpec(
                        heads,
                        kvHeads,
                        headDim,
                        (float) (1 / Math.sqrt(headDim)),
                        a.slidingWindow() == 0 ? 0 : 1 + random.nextInt(90),
                        a.projection(),
                        a.qkvBias(),
                        a.outputBias()),
                new MlpSpec(
                        7 + 2 * random.nextInt(40),
                        like.mlp().activation(),
                        like.mlp().gating(),
                        like.mlp().bias()),
                like.embeddingNorm(),
                like.finalNorm(),
                like.head(),
                like.linearLayout());
    }

    /// Losses, all gradients and the logits of generated tokens.
    private static Map<String, float[]> outcome(DecoderSpec spec, long seed, MatmulChoice choice, ComputeType compute) {
        Random random = new Random(seed);
        Map<String, float[]> outcome = new TreeMap<>();
        try (CpuBackend backend = new CpuBackend(2, choice);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec, random, arena);
            Adapters adapters = TinyDecoders.adapters(spec, 3, 0, random, arena);
            try (ResidentWeights weights = new ResidentWeights(backend, model, compute)) {
                train(backend, weights, model, adapters, random, outcome);
                generate(backend, weights, adapters, random, outcome);
            }
        }
        return outcome;
    }

    /// A sequence longer than any tile beside one of a single token, then that token alone.
    private static void train(
            CpuBackend backend,
            ResidentWeights weights,
            DecoderModel model,
            Adapters adapters,
            Random random,
            Map<String, float[]> outcome) {
        try (TensorArena arena = new TensorArena()) {
            Gradients gradients = TinyDecoders.gradients(model, adapters, arena);
            List<TokenBatch> batches = Stream.of(new int[] {1, 150, 3}, new int[] {1})
                    .map(lengths -> batch(model.spec(), lengths, random, arena))
                    .toList();
            var plan = new TrainingPass.Plan(
                    MAX_TOKENS,
                    2,
                    Retention.EVERYTHING,
                    adapters,
                    gradients.parameters().keySet());
            try (TrainingPass pass = new TrainingPass(backend, weights.weights(), plan)) {
                gradients.clear(backend);
                outcome.put("loss", new float[] {(float) pass.lossAndGradients(batches, adapters, gradients, 0)});
            }
            gradients.parameters().forEach((id, gradient) -> outcome.put(id.toString(), values(gradient)));
            gradients.adapters().forEach((site, gradient) -> {
                outcome.put(site + " A", values(gradient.da()));
                outcome.put(site + " B", values(gradient.db()));
            });
        }
    }

    private static void generate(
            CpuBackend backend,
            ResidentWeights weights,
            Adapters adapters,
            Random random,
            Map<String, float[]> outcome) {
        DecoderSpec spec = weights.weights().spec();
        int[] lengths = {70, 1, 130};
        var extent = new InferencePass.Extent(MAX_TOKENS, lengths.length, MAX_POSITIONS);
        try (InferencePass pass = new InferencePass(backend, weights.weights(), adapters, extent);
                KeyValueCache cache =
                        new KeyValueCache(spec, weights.weights().computeType(), lengths.length, MAX_POSITIONS)) {
            int[][] tokens = IntStream.of(lengths)
                    .mapToObj(count -> ids(spec, count, random))
                    .toArray(int[][]::new);
            outcome.put("prefill", values(pass.advance(cache, tokens)));
            for (int i = 0; i < NEW_TOKENS; i++) {
                // the second sequence pauses once
                int[] middle = ids(spec, i == 1 ? 0 : 1, random);
                outcome.put(
                        "token " + i, values(pass.advance(cache, ids(spec, 1, random), middle, ids(spec, 1, random))));
            }
        }
    }

    private static int[] ids(DecoderSpec spec, int count, Random random) {
        return random.ints(count, 0, spec.vocabularySize()).toArray();
    }

    private static TokenBatch batch(DecoderSpec spec, int[] lengths, Random random, TensorArena arena) {
        int count = IntStream.of(lengths).sum();
        return new TokenBatch.Buffers(MAX_TOKENS, arena)
                .fill(ids(spec, count, random), ids(spec, count, random), lengths);
    }

    private static float[] values(Matrix matrix) {
        float[] values = new float[(int) matrix.elements()];
        for (int row = 0, i = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < matrix.columns(); column++, i++) {
                values[i] = Elements.get(matrix, row, column);
            }
        }
        return values;
    }
}
