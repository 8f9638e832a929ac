package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressUnit;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {
    private static final long MILLI = 1_000_000L;

    private final StringWriter text = new StringWriter();
    private final CancelFlag cancel = new CancelFlag();
    private long nowNanos;

    private TerminalProgress progress(BarStyle style) {
        return new TerminalProgress(new PrintWriter(text), style, cancel, () -> nowNanos);
    }

    @Test
    void bar_staysSilent_whenTheWorkIsShort() {
        try (var task = progress(BarStyle.REDRAWN).start("reading", 10, ProgressUnit.ROWS)) {
            nowNanos += 300 * MILLI;
            task.update(10);
        }
        assertThat(text.toString()).isEmpty();
    }

    @Test
    void bar_isRedrawnAtMostTenTimesASecond_withTheTimeLeft() {
        try (var task = progress(BarStyle.REDRAWN).start("training", 1000, ProgressUnit.STEPS)) {
            for (int step = 1; step <= 500; step++) {
                nowNanos += 10 * MILLI;
                task.note("loss 2.5");
                task.update(step);
            }
        }
        String drawn = text.toString();
        assertThat(drawn.chars().filter(c -> c == '\r').count()).isBetween(40L, 60L);
        assertThat(drawn)
                .contains("training  [#####")
                .contains("50%  500 of 1,000 steps  5.0 s left  loss 2.5  100 steps/s")
                .contains("100 steps/s")
                .contains("s left")
                .contains("loss 2.5");
        assertThat(drawn).endsWith("training  500 steps in 5.0 s  loss 2.5\n");
    }

    @Test
    void bar_isCutByTheTerminal_notWrapped() {
        try (var task = progress(BarStyle.REDRAWN).start("reading", 10, ProgressUnit.ROWS)) {
            nowNanos += 500 * MILLI;
            task.update(5);
        }
        String drawn = text.toString();
        assertThat(drawn).startsWith("\r\u001b[K\u001b[?7lreading").contains("5 of 10 rows");
        assertThat(drawn.lastIndexOf("\u001b[?7h")).isGreaterThan(drawn.lastIndexOf("\u001b[?7l"));
    }

    @Test
    void lines_comeEveryFewSeconds_whenNobodyWatches() {
        try (var task = progress(BarStyle.LINES).start("training", Progress.UNKNOWN_TOTAL, ProgressUnit.TOKENS)) {
            for (int second = 1; second <= 21; second++) {
                nowNanos += 1000 * MILLI;
                task.update(second * 1000L);
            }
        }
        assertThat(text.toString().lines()).hasSize(6).noneMatch(line -> line.contains("\r"));
        assertThat(text.toString()).contains("1,000 tokens/s").doesNotContain("left");
    }

    @Test
    void throwIfCancelled_ends_onceTheFlagIsSet() {
        var progress = progress(BarStyle.LINES);
        progress.throwIfCancelled();
        cancel.set();

        assertThatThrownBy(progress::throwIfCancelled)
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.kind()).isEqualTo(GantryException.Kind.CANCELLED));
    }
}
