package dev.gantry.app.ui.control.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.app.run.Series;
import dev.gantry.app.ui.control.chart.ChartPicture.Outliers;
import dev.gantry.app.ui.control.chart.ChartPicture.Scale;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ChartPictureTest {

    private static ChartLine line(Series series) {
        return new ChartLine("loss", series, "-g-series-1", ChartLine.Stroke.LINE);
    }

    private static Series series(double... values) {
        long[] steps = new long[values.length];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = i + 1L;
        }
        return Series.of(steps, values);
    }

    @Test
    void picture_isEmpty_withoutPoints() {
        ChartPicture none = ChartPicture.of(List.of(line(Series.EMPTY)), 100, Scale.LINEAR, Outliers.SHOWN);
        assertThat(none.isEmpty()).isTrue();
    }

    @Test
    void height_isEqualForEqualRatios_onALogarithmicAxis() {
        ChartPicture picture =
                ChartPicture.of(List.of(line(series(100, 10, 1))), 100, Scale.LOGARITHMIC, Outliers.SHOWN);
        assertThat(picture.height(1)).isCloseTo(0, within(1e-9));
        assertThat(picture.height(10)).isCloseTo(0.5, within(1e-9));
        assertThat(picture.height(100)).isCloseTo(1, within(1e-9));
        assertThat(picture.valueAt(0.5)).isCloseTo(10, within(1e-9));
    }

    @Test
    void picture_hasHeight_evenForALevelLine_andOnePoint() {
        ChartPicture level = ChartPicture.of(List.of(line(series(3, 3))), 100, Scale.LINEAR, Outliers.CLIPPED);
        assertThat(level.height(3)).isCloseTo(0.5, within(1e-9));
        ChartPicture single = ChartPicture.of(List.of(line(series(0))), 100, Scale.LINEAR, Outliers.CLIPPED);
        assertThat(single.height(0)).isBetween(0.0, 1.0);
        assertThat(single.toStep()).isGreaterThan(single.fromStep());
    }

    @Test
    void ticks_areRound() {
        assertThat(Ticks.between(0, 640, 6)).containsExactly(0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0);
        assertThat(Ticks.between(0.26, 1.01, 4)).hasSize(4).first().isEqualTo(0.4);
    }

    @Test
    void levels_areShort_andFitBesideTheAxis() {
        assertThat(DoubleStream.of(0, 6, 0.001, 0.0015, 1e-5, 2.5e-4, 12_000, 2e7, 0.0012345, -3.25)
                        .mapToObj(ChartPainter::level))
                .containsExactly("0", "6", "0.001", "0.0015", "1e-5", "2.5e-4", "12000", "2e7", "0.00123", "-3.25");
    }
}
