package dev.gantry.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.SamplingKernels.Choice;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same token as the definition chooses: every filter, ties, tokens that cannot be, vocabularies of odd sizes.
public abstract class SamplingContract extends KernelContract {
    private static final float[] TEMPERATURES = {0.1f, 0.7f, 1f, 3f};
    private static final int[] TOP_K = {0, 1, 2, 40, 900, 5000};
    private static final float[] TOP_P = {1, 0.95f, 0.5f, 0.01f};
    private static final float[] MIN_P = {0, 0.05f, 0.5f};
    private static final float[] PENALTIES = {1, 1.1f, 2f};

    private final SamplingKernels sampling = kernels.sampling();
    private final SamplingKernels truth = scalar.sampling();

    protected SamplingContract(Subject subject) {
        super(subject);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 33, 1000, 3001})
    void tokenEqualsScalar_inEveryOrderOfThreads(int vocabulary) {
        try (RandomMatrices make = matrices("tokenEqualsScalar " + vocabulary)) {
            for (int round = 0; round < 60; round++) {
                Matrix logits = make.normal(DType.F32, 1, vocabulary, 3);
                if (round % 3 == 1) {
                    makeTies(logits);
                }
                if (round % 5 == 2) {
                    Elements.set(logits, 0, round % vocabulary, Float.NEGATIVE_INFINITY);
                }
                BitSet seen = new BitSet();
                make.random().ints(5, 0, vocabulary).forEach(seen::set);
                Choice choice = new Choice(
                        TEMPERATURES[make.random().nextInt(TEMPERATURES.length)],
                        TOP_K[make.random().nextInt(TOP_K.length)],
                        TOP_P[make.random().nextInt(TOP_P.length)],
                        MIN_P[make.random().nextInt(MIN_P.length)],
                        PENALTIES[make.random().nextInt(PENALTIES.length)],
                        make.random().nextDouble());
                int expected = truth.choose(logits, seen, choice);
                assertThat(sampling.choose(logits, seen, choice))
                        .as("%s", choice)
                        .isEqualTo(expected);
                if (round % 10 == 0) {
                    subject.inAnotherOrder(other -> assertThat(other.sampling().choose(logits, seen, choice))
                            .as("%s", choice)
                            .isEqualTo(expected));
                }
            }
        }
    }

    private static void makeTies(Matrix logits) {
        for (int c = 0; c < logits.columns(); c++) {
            Elements.set(logits, 0, c, Math.round(Elements.get(logits, 0, c)));
        }
    }

    /// The first number, the last, and the boundaries of ties in between.
    @Test
    void everyNumberIsSomeToken() {
        try (RandomMatrices make = matrices("everyNumber")) {
            Matrix logits = make.row(1, 2, 2, 2, 1, -100, 2);
            for (double number : new double[] {0, 0.1, 0.249, 0.251, 0.5, 0.9, 0.999999, Math.nextDown(1.0)}) {
                for (int topK : new int[] {0, 3, 4}) {
                    Choice choice = new Choice(1, topK, 1, 0, 1, number);
                    assertThat(sampling.choose(logits, new BitSet(), choice))
                            .as("%s", choice)
                            .isEqualTo(truth.choose(logits, new BitSet(), choice));
                }
            }
        }
    }

    @Test
    void theLikeliestToken_isTheFirstOfSeveral() {
        try (RandomMatrices make = matrices("theLikeliest")) {
            float minus = Float.NEGATIVE_INFINITY;
            float none = Float.NaN;
            float[][] rows = {
                {3, 5, 5, 4}, {-0f, 0f}, {0f, -0f}, {minus, minus}, {minus, -1, minus}, {none, 1}, {1, none, 2}, {7}
            };
            for (float[] row : rows) {
                Choice greedy = new Choice(0, 0, 1, 0, 1, 0);
                Matrix logits = make.row(row);
                assertThat(sampling.choose(logits, new BitSet(), greedy))
                        .isEqualTo(truth.choose(logits, new BitSet(), greedy));
            }
            BitSet seen = new BitSet();
            seen.set(1);
            Choice penalised = new Choice(0, 0, 1, 0, 2, 0);
            assertThat(sampling.choose(make.row(3, 5, 2.6f), seen, penalised)).isZero();
            assertThat(sampling.choose(make.row(-3, -2, -5), seen, penalised)).isZero();
        }
    }

    @Test
    void severalRows_areRefused() {
        try (RandomMatrices make = matrices("severalRows")) {
            Matrix rows = make.zeros(DType.F32, 2, 4);
            Choice greedy = new Choice(0, 0, 1, 0, 1, 0);
            assertThatThrownBy(() -> sampling.choose(rows, new BitSet(), greedy))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
