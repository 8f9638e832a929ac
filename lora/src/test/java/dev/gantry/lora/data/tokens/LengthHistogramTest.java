package dev.gantry.lora.data.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LengthHistogramTest {
    @Test
    void percentilesAndBuckets_countEveryRow() {
        LengthHistogram.Builder builder = new LengthHistogram.Builder();
        for (int length = 1; length <= 200; length++) {
            builder.add(length);
        }
        LengthHistogram histogram = builder.build();
        assertThat(histogram.p50()).isEqualTo(100);
        assertThat(histogram.p95()).isEqualTo(190);
        assertThat(histogram.p99()).isEqualTo(198);
        assertThat(histogram.max()).isEqualTo(200);
        assertThat(histogram.totalTokens()).isEqualTo(20100);
        assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(200);
        assertThat(histogram.edges()).hasSize(histogram.counts().length + 1).startsWith(0, 20, 40);
        assertThat(histogram.counts()[0]).isEqualTo(19);
        assertThat(histogram.counts()[1]).isEqualTo(20);
    }

    @Test
    void suggestion_isP99RoundedUp_andNeverMoreThanTheModelTakes() {
        LengthHistogram.Builder builder = new LengthHistogram.Builder();
        builder.add(65);
        assertThat(builder.build().suggestedMaxTokens(64, 1024)).isEqualTo(128);
        assertThat(builder.build().suggestedMaxTokens(64, 100)).isEqualTo(100);
        assertThat(new LengthHistogram.Builder().build().suggestedMaxTokens(64, 100))
                .isEqualTo(64);
    }

    @Test
    void rowsLongerThan_areCountedExactly_whateverTheBuckets() {
        LengthHistogram.Builder builder = new LengthHistogram.Builder();
        for (int length = 1; length <= 200; length++) {
            builder.add(length);
            builder.add(length);
        }
        LengthHistogram histogram = builder.build();
        assertThat(histogram.rowsLongerThan(193)).isEqualTo(14);
        assertThat(histogram.rowsLongerThan(200)).isZero();
        assertThat(histogram.rowsLongerThan(0)).isEqualTo(400);
    }

    @Test
    void edgesStayValid_whenARowIsAsLongAsAnInt() {
        LengthHistogram.Builder builder = new LengthHistogram.Builder();
        builder.add(Integer.MAX_VALUE);
        builder.add(3);
        LengthHistogram histogram = builder.build();
        assertThat(histogram.edges()).isSorted();
        assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(2);
    }
}
