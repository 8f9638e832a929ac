package dev.gantry.engine.cpu.kernels.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.SamplingKernels.Choice;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.generate.Sampler;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.tensor.Matrix;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScalarSamplingTest {
    private final RandomMatrices make = new RandomMatrices("ScalarSamplingTest");
    private final ScalarSampling sampling = new ScalarSampling();
    private Matrix logits;

    /// Of probabilities 0.1, 0.4, 0.2 and 0.3.
    @BeforeEach
    void logits() {
        logits = make.row((float) Math.log(1), (float) Math.log(4), (float) Math.log(2), (float) Math.log(3));
    }

    @AfterEach
    void close() {
        make.close();
    }

    private int choose(float temperature, int topK, float topP, float minP, double number) {
        return sampling.choose(logits, new BitSet(), new Choice(temperature, topK, topP, minP, 1, number));
    }

    @Test
    void numbersChooseByFallingProbability() {
        double[] numbers = {0, 0.39, 0.41, 0.69, 0.71, 0.89, 0.91, Math.nextDown(1.0)};
        assertThat(IntStream.range(0, numbers.length).map(i -> choose(1, 0, 1, 0, numbers[i])))
                .containsExactly(1, 1, 3, 3, 2, 2, 0, 0);
    }

    @Test
    void filtersLeaveTheLikeliest() {
        double last = Math.nextDown(1.0);
        assertThat(choose(1, 2, 1, 0, last)).isEqualTo(3);
        assertThat(choose(1, 0, 0.65f, 0, last)).isEqualTo(3);
        assertThat(choose(1, 0, 0.75f, 0, last)).isEqualTo(2);
        assertThat(choose(1, 0, 1, 0.6f, last)).isEqualTo(3);
        assertThat(choose(1, 0, 1, 0.3f, last)).isEqualTo(2);
        assertThat(choose(1, 3, 0.01f, 0, last)).isEqualTo(1);
        assertThat(choose(0, 0, 1, 0, last)).isEqualTo(1);
    }

    @Test
    void tokensComeAsOftenAsTheyAreLikely_andASeedGivesThemAgain() {
        int[] counts = new int[4];
        Sampler sampler = new Sampler(sampling, new Sampling(1, 0, 1, 0, 1, 7));
        Sampler again = new Sampler(sampling, new Sampling(1, 0, 1, 0, 1, 7));
        for (int i = 0; i < 20_000; i++) {
            int id = sampler.next(logits);
            assertThat(again.next(logits)).isEqualTo(id);
            counts[id]++;
        }
        double[] likely = {0.1, 0.4, 0.2, 0.3};
        for (int id = 0; id < 4; id++) {
            assertThat(counts[id] / 20_000.0).isCloseTo(likely[id], within(0.015));
        }
    }

    @Test
    void tokensThatWereThere_areLessLikelyForThePenalty() {
        Sampler sampler = new Sampler(sampling, new Sampling(0, 0, 1, 0, 1.5f, 0));
        sampler.observe(3);
        assertThat(IntStream.range(0, 3).map(_ -> sampler.next(logits)))
                .containsExactly(1, 1, 1); // log 4 / 1.5 is most
        Sampler strict = new Sampler(sampling, new Sampling(0, 0, 1, 0, 3, 0));
        assertThat(IntStream.range(0, 3).map(_ -> strict.next(logits))).containsExactly(1, 3, 2);
    }
}
