package dev.gantry.lora.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TensorRandomTest {

    @Test
    void numbers_dependOnSeedAndName_andNeverChange() {
        TensorRandom random = new TensorRandom(42, "layers.0.query.weight");
        long first = random.nextLong();
        assertThat(new TensorRandom(42, "layers.0.query.weight").nextLong()).isEqualTo(first);
        assertThat(new TensorRandom(42, "layers.1.query.weight").nextLong()).isNotEqualTo(first);
        assertThat(new TensorRandom(43, "layers.0.query.weight").nextLong()).isNotEqualTo(first);
    }

    @Test
    void gaussians_haveMeanZeroAndDeviationOne() {
        TensorRandom random = new TensorRandom(1, "x");
        double[] values =
                DoubleStream.generate(random::nextGaussian).limit(20_000).toArray();
        double mean = DoubleStream.of(values).average().orElseThrow();
        double variance = DoubleStream.of(values).map(v -> v * v).average().orElseThrow();
        assertThat(mean).isCloseTo(0, within(0.03));
        assertThat(variance).isCloseTo(1, within(0.05));
    }

    @Test
    void doubles_fillTheUnitInterval() {
        TensorRandom random = new TensorRandom(2, "y");
        double[] values =
                DoubleStream.generate(random::nextDouble).limit(20_000).toArray();
        assertThat(DoubleStream.of(values).min().orElseThrow()).isBetween(0.0, 0.01);
        assertThat(DoubleStream.of(values).max().orElseThrow()).isBetween(0.99, 0.9999999999999999);
        assertThat(LongStream.generate(random::nextLong).limit(100).distinct().count())
                .isEqualTo(100);
    }
}
