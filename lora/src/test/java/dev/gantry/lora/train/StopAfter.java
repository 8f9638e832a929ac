package dev.gantry.lora.train;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;

/// Counts steps, and asks to stop once a number of them are done.
final class StopAfter implements Progress {
    private final long steps;
    private long done;

    StopAfter(long steps) {
        this.steps = steps;
    }

    @Override
    public ProgressTask start(String label, long total, ProgressUnit unit) {
        return new ProgressTask() {
            @Override
            public void update(long count) {
                if (unit == ProgressUnit.STEPS) {
                    done = count;
                }
            }

            @Override
            public void note(String text) {}

            @Override
            public void close() {}
        };
    }

    /// Steps done so far.
    long done() {
        return done;
    }

    @Override
    public boolean cancelled() {
        return done >= steps;
    }
}
