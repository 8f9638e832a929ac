package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.AttentionSpec.QkvProjection;
import dev.gantry.engine.decoder.Bias;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.MlpSpec.Gating;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.NormSpec.Kind;
import dev.gantry.engine.decoder.NormSpec.Placement;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Decoders with scaled rotary positions, on sequences longer than the context before the stretch.
class RotaryScalingPassTest {
    private static final long SEED = 20_261_122;
    private static final int ORIGINAL = 8;
    private static final int REACH = 64;
    private static final int VOCABULARY = 11;
    private static final int LENGTH = 21;

    private static final Map<String, RotaryScaling> SCALINGS = Map.of(
            "none", new RotaryScaling.None(),
            "linear", new RotaryScaling.Linear(4),
            "dynamic", new RotaryScaling.Dynamic(4, ORIGINAL),
            "yarn", new RotaryScaling.Yarn(4, ORIGINAL, 1.1386, 2, 1, RotaryScaling.YarnBounds.WHOLE_PAIRS),
            "llama3", new RotaryScaling.Llama3(4, 1, 4, ORIGINAL));

    @ParameterizedTest
    @ValueSource(strings = {"none", "linear", "yarn", "llama3"})
    void decodingEqualsTheTrainingPassBeyondTheOriginalLength(String scaling) {
        try (Fixture f = new Fixture(scaling, 2)) {
            int[] ids = f.ids(LENGTH);
            Matrix full = f.trainingLogits(ids, LENGTH);
            try (InferencePass inference = f.inference();
                    KeyValueCache cache = f.cache()) {
                Matrix prefilled = inference.advance(cache, f.ids(5), Arrays.copyOf(ids, 6));
                assertClose(prefilled.row(1), full.row(5));
                for (int t = 6; t < LENGTH; t++) {
                    assertClose(inference.advance(cache, new int[0], new int[] {ids[t]}), full.row(t));
                }
            }
        }
    }

    /// With one block nothing but the turn of keys and queries depends on the length, so decoding must equal a pass
    /// over the whole sequence of that length, token for token, although keys in the cache stem from shorter ones.
    @Test
    void dynamicDecodingTurnsKeysAsIfTheSequenceHadAlwaysBeenSoLong() {
        try (Fixture f = new Fixture("dynamic", 1)) {
            int[] ids = f.ids(LENGTH);
            int[] other = f.ids(LENGTH);
            try (InferencePass inference = f.inference();
                    KeyValueCache cache = f.cache()) {
                inference.advance(cache, Arrays.copyOf(other, 3), Arrays.copyOf(ids, 6));
                for (int t = 6; t < LENGTH; t++) {
                    Matrix step = inference.advance(cache, new int[] {other[t - 3]}, new int[] {ids[t]});
                    Matrix alone = f.trainingLogits(Arrays.copyOf(ids, t + 1), t + 1);
                    assertClose(step.row(1), alone.row(t));
                    Matrix otherAlone = f.trainingLogits(Arrays.copyOf(other, t - 2), t - 2);
                    assertClose(step.row(0), otherAlone.row(t - 3));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "linear", "dynamic", "yarn", "llama3"})
    void prefillEqualsTheTrainingPass(String scaling) {
        try (Fixture f = new Fixture(scaling, 2)) {
            int[] ids = f.ids(LENGTH);
            int[] shorter = f.ids(10);
            Matrix full = f.trainingLogits(ids, LENGTH);
            Matrix fullShorter = f.trainingLogits(shorter, 10);
            try (InferencePass inference = f.inference();
                    KeyValueCache cache = f.cache()) {
                Matrix prefilled = inference.advance(cache, ids, shorter);
                assertClose(prefilled.row(0), full.row(LENGTH - 1));
                assertClose(prefilled.row(1), fullShorter.row(9));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "dynamic", "yarn", "llama3"})
    void packedNeighboursChangeNothing(String scaling) {
        try (Fixture f = new Fixture(scaling, 2)) {
            int[] first = f.ids(10);
            int[] second = f.ids(LENGTH);
            int[] both = Stream.of(first, second).flatMapToInt(Arrays::stream).toArray();
            Matrix packed = f.trainingLogits(both, 10, LENGTH);
            assertRowsClose(packed.rows(0, 10), f.trainingLogits(first, 10));
            assertRowsClose(packed.rows(10, LENGTH), f.trainingLogits(second, LENGTH));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "dynamic", "yarn", "llama3"})
    void scalingChangesWhatALongSequenceGives(String scaling) {
        try (Fixture plain = new Fixture("none", 2);
                Fixture scaled = new Fixture(scaling, 2)) {
            int[] ids = plain.ids(LENGTH);
            Matrix a = plain.trainingLogits(ids, LENGTH);
            Matrix b = scaled.trainingLogits(ids, LENGTH);
            float difference = 0;
            for (int c = 0; c < VOCABULARY; c++) {
                difference += Math.abs(Elements.get(a, LENGTH - 1, c) - Elements.get(b, LENGTH - 1, c));
            }
            assertThat(difference).isGreaterThan(1e-3f);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "dynamic", "yarn", "llama3"})
    void gradientsMatchFiniteDifferencesBeyondTheOriginalLength(String scaling) {
        try (Fixture f = new Fixture(scaling, 2)) {
            int[] ids = f.ids(LENGTH);
            TokenBatch batch = f.batch(ids, LENGTH);
            Gradients gradients = TinyDecoders.gradients(f.model, Adapters.NONE, f.arena);
            try (TrainingPass pass = f.training()) {
                pass.lossAndGradients(List.of(batch), Adapters.NONE, gradients, 1);
                gradients.parameters().forEach((id, gradient) -> {
                    Matrix value = f.model.parameter(id).matrix();
                    int row = f.random.nextInt(value.rows());
                    int column = f.random.nextInt(value.columns());
                    double expected = slope(pass, batch, value, row, column);
                    assertThat((double) Elements.get(gradient, row, column))
                            .as("%s [%d, %d]", id, row, column)
                            .isCloseTo(expected, within(2e-3 + 0.02 * Math.abs(expected)));
                });
            }
        }
    }

    private static double slope(TrainingPass pass, TokenBatch batch, Matrix value, int row, int column) {
        float before = Elements.get(value, row, column);
        float h = 4e-3f;
        Elements.set(value, row, column, before + h);
        double up = pass.lossSum(List.of(batch), Adapters.NONE, null);
        Elements.set(value, row, column, before - h);
        double down = pass.lossSum(List.of(batch), Adapters.NONE, null);
        Elements.set(value, row, column, before);
        return (up - down) / (2 * h) / batch.labelled();
    }

    private static void assertRowsClose(Matrix actual, Matrix expected) {
        for (int t = 0; t < expected.rows(); t++) {
            assertClose(actual.row(t), expected.row(t));
        }
    }

    private static void assertClose(Matrix actual, Matrix expected) {
        for (int c = 0; c < VOCABULARY; c++) {
            assertThat(Elements.get(actual, 0, c)).isCloseTo(Elements.get(expected, 0, c), within(2e-5f));
        }
    }

    /// A random decoder with the scaling of a name.
    private static final class Fixture implements AutoCloseable {
        private final Random random = new Random(SEED);
        private final CpuBackend backend = new CpuBackend(2);
        private final TensorArena arena = new TensorArena();
        private final DecoderModel model;
        private final ResidentWeights weights;

        Fixture(String scaling, int layers) {
            System.out.println("seed " + SEED);
            this.model =
                    TinyDecoders.random(spec(Objects.requireNonNull(SCALINGS.get(scaling)), layers), random, arena);
            this.weights = new ResidentWeights(backend, model, ComputeType.F32);
        }

        int[] ids(int count) {
            return random.ints(count, 0, VOCABULARY).toArray();
        }

        TokenBatch batch(int[] ids, int... lengths) {
            int[] next = new int[ids.length];
            System.arraycopy(ids, 1, next, 0, ids.length - 1);
            return new TokenBatch.Buffers(REACH, arena).fill(ids, next, lengths);
        }

        Matrix trainingLogits(int[] ids, int... lengths) {
            TokenBatch batch = batch(ids, lengths);
            Matrix logits = arena.matrix(DType.F32, ids.length, VOCABULARY);
            try (TrainingPass pass = training()) {
                pass.forward(List.of(batch), Adapters.NONE);
                pass.logits(0, batch, logits);
            }
            return logits;
        }

        TrainingPass training() {
            var plan = new TrainingPass.Plan(
                    REACH,
                    1,
                    Retention.EVERYTHING,
                    Adapters.NONE,
                    model.parameters().keySet());
            return new TrainingPass(backend, weights.weights(), plan);
        }

        InferencePass inference() {
            var extent = new InferencePass.Extent(REACH, 2, REACH);
            return new InferencePass(backend, weights.weights(), Adapters.NONE, extent);
        }

        KeyValueCache cache() {
            return new KeyValueCache(model.spec(), ComputeType.F32, 2, 32);
        }

        private static DecoderSpec spec(RotaryScaling scaling, int layers) {
            return new DecoderSpec(
                    VOCABULARY,
                    16,
                    16,
                    layers,
                    REACH,
                    new PositionSpec.Rotary(100, 8, scaling),
                    new NormSpec(Kind.RMS_NORM, 1e-5f, Placement.PRE),
                    new AttentionSpec(
                            2, 1, 8, (float) (1 / Math.sqrt(8)), 0, QkvProjection.SEPARATE, Bias.ABSENT, Bias.ABSENT),
                    new MlpSpec(12, Activation.SILU, Gating.GATED, Bias.ABSENT),
                    DecoderSpec.EmbeddingNorm.ABSENT,
                    DecoderSpec.FinalNorm.PRESENT,
                    DecoderSpec.Head.OWN,
                    DecoderSpec.LinearLayout.OUT_IN);
        }

        @Override
        public void close() {
            weights.close();
            arena.close();
            backend.close();
        }
    }
}
