package dev.gantry.app.cli;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.progress.RateEstimate;
import java.util.Locale;

/// One running bar; it appears only once the work proves to be long enough to wonder about.
final class TerminalBar implements ProgressTask {
    private static final long FIRST_DRAW_NANOS = 400_000_000L;
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long LINE_NANOS = 5_000_000_000L;
    private static final int BAR_CELLS = 16;
    private static final String CLEAR_LINE = "\r\u001b[K";
    /// A line longer than the terminal is wide is cut by it instead of running into the next, which nothing would
    /// clear.
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private final TerminalProgress terminal;
    private final String label;
    private final long total;
    private final ProgressUnit unit;
    private final RateEstimate rate;
    private long nextDrawNanos;
    private long done;
    private String note = "";
    private boolean drawn;

    TerminalBar(TerminalProgress terminal, String label, long total, ProgressUnit unit) {
        this.terminal = terminal;
        this.label = label;
        this.total = total;
        this.unit = unit;
        long now = terminal.nanoClock.getAsLong();
        this.rate = new RateEstimate(now);
        this.nextDrawNanos = now + FIRST_DRAW_NANOS;
    }

    @Override
    public synchronized void update(long done) {
        this.done = done;
        long now = terminal.nanoClock.getAsLong();
        if (now - nextDrawNanos >= 0) {
            draw(now);
        }
    }

    @Override
    public synchronized void note(String text) {
        note = text;
    }

    private void draw(long now) {
        rate.observe(done, now);
        switch (terminal.style) {
            case REDRAWN -> {
                terminal.err.print(CLEAR_LINE + NO_WRAP + line(now) + WRAP);
                nextDrawNanos = now + REDRAW_NANOS;
            }
            case LINES -> {
                terminal.err.println(line(now));
                nextDrawNanos = now + LINE_NANOS;
            }
        }
        terminal.err.flush();
        drawn = true;
    }

    /// The most wanted first: a narrow terminal cuts the end.
    private String line(long now) {
        var line = new StringBuilder(label).append("  ");
        if (total > 0) {
            int full = (int) Math.min(BAR_CELLS, done * BAR_CELLS / total);
            line.append('[')
                    .append("#".repeat(full))
                    .append(".".repeat(BAR_CELLS - full))
                    .append("] ");
            line.append(String.format(Locale.ROOT, "%3d%%  ", Math.min(100, done * 100 / total)));
        }
        line.append(total == Progress.UNKNOWN_TOTAL ? Quantity.of(done, unit) : Quantity.share(done, total, unit));
        rate.remaining(total, now)
                .ifPresent(left ->
                        line.append("  ").append(Quantity.duration(left)).append(" left"));
        if (!note.isEmpty()) {
            line.append("  ").append(note);
        }
        if (rate.unitsPerSecond() > 0) {
            line.append("  ").append(Quantity.rate(rate.unitsPerSecond(), unit));
        }
        return line.toString();
    }

    @Override
    public synchronized void close() {
        if (!drawn) {
            return;
        }
        long now = terminal.nanoClock.getAsLong();
        String clear = terminal.style == BarStyle.REDRAWN ? CLEAR_LINE : "";
        terminal.err.println(clear + label + "  " + Quantity.of(done, unit) + " in "
                + Quantity.duration(rate.elapsed(now)) + (note.isEmpty() ? "" : "  " + note));
        terminal.err.flush();
        drawn = false;
    }
}
