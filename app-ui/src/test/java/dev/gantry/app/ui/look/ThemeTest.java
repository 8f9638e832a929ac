package dev.gantry.app.ui.look;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.scene.paint.Color;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The colours can be told apart: contrast as WCAG 2.2 computes it.
class ThemeTest {
    private static final double FOR_TEXT = 4.5;
    private static final double FOR_LINES = 3;

    private static double linear(double channel) {
        return channel <= 0.04045 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
    }

    private static double luminance(Color color) {
        return 0.2126 * linear(color.getRed()) + 0.7152 * linear(color.getGreen()) + 0.0722 * linear(color.getBlue());
    }

    private static double contrast(Color a, Color b) {
        double lighter = Math.max(luminance(a), luminance(b));
        double darker = Math.min(luminance(a), luminance(b));
        return (lighter + 0.05) / (darker + 0.05);
    }

    private static void atLeast(double least, Theme theme, String front, String back) {
        assertThat(contrast(theme.color(front), theme.color(back)))
                .as(front + " on " + back + " in " + theme)
                .isGreaterThanOrEqualTo(least);
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void words_canBeRead(Theme theme) {
        for (String back : new String[] {"-g-page", "-g-surface", "-g-sunken", "-g-rail", "-g-accent-soft"}) {
            atLeast(FOR_TEXT, theme, "-g-text", back);
            atLeast(FOR_TEXT, theme, "-g-muted", back);
        }
        for (String state : new String[] {"-g-good", "-g-warn", "-g-bad"}) {
            atLeast(FOR_TEXT, theme, state, "-g-surface");
            atLeast(FOR_TEXT, theme, state, state + "-soft");
        }
        atLeast(FOR_TEXT, theme, "-g-accent", "-g-page");
        atLeast(FOR_TEXT, theme, "-g-on-accent", "-g-accent");
        atLeast(FOR_TEXT, theme, "-g-on-accent", "-g-accent-hover");
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void fieldsFocusAndCurves_canBeSeen(Theme theme) {
        atLeast(FOR_LINES, theme, "-g-control-line", "-g-surface");
        atLeast(FOR_LINES, theme, "-g-focus", "-g-page");
        for (int series = 1; series <= 6; series++) {
            atLeast(FOR_LINES, theme, "-g-series-" + series, "-g-surface");
        }
    }
}
