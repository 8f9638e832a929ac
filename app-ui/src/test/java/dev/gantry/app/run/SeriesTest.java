package dev.gantry.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesTest {

    private static Series series(double... values) {
        GrowingSeries growing = new GrowingSeries();
        for (int i = 0; i < values.length; i++) {
            growing.add(10L * (i + 1), values[i]);
        }
        return growing.view();
    }

    @Test
    void nearest_findsThePointBelowACursor() {
        Series line = series(1, 2, 3); // at steps 10, 20, 30
        assertThat(line.nearest(-5)).isZero();
        assertThat(line.nearest(14)).isZero();
        assertThat(line.nearest(16)).isEqualTo(1);
        assertThat(line.nearest(99)).isEqualTo(2);
        assertThat(Series.EMPTY.nearest(1)).isEqualTo(-1);
    }

    @Test
    void smoothed_startsAtTheFirstValue_andForgetsSlowly() {
        Series smooth = series(8, 0, 0).smoothed(0.5);
        assertThat(smooth.value(0)).isEqualTo(8f);
        // (8/4) / (1 - 1/4) and (8/8) / (1 - 1/8)
        assertThat(smooth.value(1)).isCloseTo(8f / 3, within(1e-6f));
        assertThat(smooth.value(2)).isCloseTo(8f / 7, within(1e-6f));
        assertThat(series(1, Double.NaN, 1).smoothed(0.9).last()).isCloseTo(1f, within(1e-6f));
    }

    @Test
    void smoothedForItsLength_takesFewerValuesOfAShortSeries() {
        double[] falling = new double[200];
        for (int i = 0; i < falling.length; i++) {
            falling[i] = 200 - i;
        }
        Series two = series(200, 199, 198).smoothedForItsLength(0.5);
        assertThat(two.last()).isEqualTo(198f);
        Series half = series(Arrays.copyOf(falling, 50));
        assertThat(half.smoothedForItsLength(0.9).last())
                .isEqualTo(half.smoothed(0.8).last());
        Series whole = series(falling);
        assertThat(whole.smoothedForItsLength(0.9).last())
                .isCloseTo(whole.smoothed(0.9).last(), within(1e-4f));
        assertThat(whole.smoothedForItsLength(0).last()).isEqualTo(whole.last());
    }

    @Test
    void add_replacesWhatIsThereAlready_withoutChangingViews() {
        GrowingSeries growing = new GrowingSeries();
        growing.add(1, 1);
        growing.add(2, 2);
        growing.add(3, 3);
        Series before = growing.view();
        growing.add(2, 7);
        assertThat(growing.view().size()).isEqualTo(2);
        assertThat(growing.view().last()).isEqualTo(7f);
        assertThat(before.value(1)).isEqualTo(2f);
        assertThat(before.size()).isEqualTo(3);
    }

    @Test
    void columns_holdLowestAndHighest_whateverTheNumberOfPoints() {
        long seed = 42;
        Random random = new Random(seed);
        GrowingSeries growing = new GrowingSeries();
        for (int i = 0; i < 100_000; i++) {
            growing.add(i, i == 77_777 ? 50 : random.nextDouble());
        }
        PixelColumns columns = PixelColumns.of(growing.view(), 0, 99_999, 500);

        assertThat(columns.points()).isEqualTo(100_000);
        int spike = (int) Math.round(77_777 * 499 / 99_999.0);
        for (int column = 0; column < 500; column++) {
            assertThat(columns.isTaken(column)).isTrue();
            assertThat(columns.high(column)).isEqualTo(column == spike ? 50 : columns.high(column));
            assertThat(columns.low(column)).isBetween(0f, 0.2f);
            assertThat(columns.first(column)).isBetween(columns.low(column), columns.high(column));
            assertThat(columns.last(column)).isBetween(columns.low(column), columns.high(column));
        }
    }

    @Test
    void columns_showAPartOfTheSteps() {
        PixelColumns columns = PixelColumns.of(series(1, 2, 3, 4), 20, 30, 3);
        assertThat(columns.points()).isEqualTo(2);
        assertThat(columns.first(0)).isEqualTo(2f);
        assertThat(columns.isTaken(1)).isFalse();
        assertThat(columns.last(2)).isEqualTo(3f);
    }

    @Test
    void range_hidesOutliers_whenAsked() {
        GrowingSeries growing = new GrowingSeries();
        for (int i = 0; i < 1000; i++) {
            growing.add(i, i == 500 ? 1e6 : 2 + (i % 10) * 0.1);
        }
        Series line = growing.view();
        assertThat(ValueRange.of(line)).isEqualTo(new ValueRange(2, 1e6));
        ValueRange shown = Objects.requireNonNull(ValueRange.withoutOutliers(line));
        assertThat(shown.low()).isEqualTo(2);
        assertThat(shown.high()).isBetween(2.9, 3.2);
        assertThat(ValueRange.withoutOutliers(Series.EMPTY)).isNull();
        assertThat(ValueRange.of(series(Double.NaN))).isNull();
    }
}
