package dev.gantry.app.cli;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// Progress as a bar with the time left on standard error.
public final class TerminalProgress implements Progress {
    final PrintWriter err;
    final BarStyle style;
    final LongSupplier nanoClock;
    private final CancelFlag cancel;

    public TerminalProgress(PrintWriter err, BarStyle style, CancelFlag cancel, LongSupplier nanoClock) {
        this.err = err;
        this.style = style;
        this.cancel = cancel;
        this.nanoClock = nanoClock;
    }

    @Override
    public ProgressTask start(String label, long total, ProgressUnit unit) {
        return new TerminalBar(this, label, total, unit);
    }

    @Override
    public boolean cancelled() {
        return cancel.isSet();
    }
}
