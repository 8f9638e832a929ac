package dev.gantry.engine.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateEstimateTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void remaining_isEmpty_beforeTheFirstUnit() {
        assertThat(new RateEstimate(0).remaining(10, SECOND)).isEmpty();
    }

    @Test
    void remaining_isExact_whenThePaceIsSteady() {
        var rate = new RateEstimate(0);
        for (int i = 1; i <= 20; i++) {
            rate.observe(i * 5L, i * SECOND);
        }

        assertThat(rate.unitsPerSecond()).isBetween(4.999, 5.001);
        assertThat(rate.remaining(150, 20 * SECOND).orElseThrow())
                .isBetween(Duration.ofMillis(9_990), Duration.ofMillis(10_010));
    }

    @Test
    void remaining_forgetsASlowStart() {
        var rate = new RateEstimate(0);
        rate.observe(1, 10 * SECOND);
        for (int i = 1; i <= 30; i++) {
            rate.observe(1 + i * 10L, (10 + i) * SECOND);
        }

        assertThat(rate.unitsPerSecond()).isBetween(9.0, 10.0);
    }

    @Test
    void remaining_leavesOutAPause() {
        var rate = new RateEstimate(0);
        rate.observe(10, 10 * SECOND);
        rate.leaveOutUntil(1_000 * SECOND);
        rate.observe(11, 1_001 * SECOND);

        assertThat(rate.unitsPerSecond()).isEqualTo(1);
        assertThat(rate.remaining(21, 1_001 * SECOND)).hasValue(Duration.ofSeconds(10));
    }

    @Test
    void remaining_isEmpty_whenTheTotalIsUnknown() {
        var rate = new RateEstimate(0);
        rate.observe(3, SECOND);

        assertThat(rate.remaining(Progress.UNKNOWN_TOTAL, SECOND)).isEmpty();
    }
}
