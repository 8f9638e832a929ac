package dev.gantry.app.ui.task;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.progress.RateEstimate;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Carries progress from the working thread to the window: however often the work reports, at most one report waits.
final class TaskProgress implements Progress {
    private final Executor window;
    private final Consumer<TaskStatus> shown;
    private final LongSupplier nanoClock;
    private final AtomicReference<@Nullable TaskStatus> latest = new AtomicReference<>();
    private volatile boolean cancelled;

    TaskProgress(Executor window, Consumer<TaskStatus> shown, LongSupplier nanoClock) {
        this.window = window;
        this.shown = shown;
        this.nanoClock = nanoClock;
    }

    void cancel() {
        cancelled = true;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    private void report(TaskStatus status) {
        if (latest.getAndSet(status) == null) {
            window.execute(() -> {
                TaskStatus taken = latest.getAndSet(null);
                if (taken != null) {
                    shown.accept(taken);
                }
            });
        }
    }

    @Override
    public ProgressTask start(String label, long total, ProgressUnit unit) {
        RateEstimate rate = new RateEstimate(nanoClock.getAsLong());
        return new ProgressTask() {
            private long done;
            private String note = "";

            @Override
            public void update(long now) {
                done = now;
                rate.observe(now, nanoClock.getAsLong());
                show();
            }

            @Override
            public void note(String text) {
                note = text;
                show();
            }

            private void show() {
                report(new TaskStatus(label, done, total, unit, note, rate.remaining(total, nanoClock.getAsLong())));
            }

            @Override
            public void close() {
                show();
            }
        };
    }
}
