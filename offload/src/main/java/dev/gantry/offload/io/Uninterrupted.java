package dev.gantry.offload.io;

import java.util.concurrent.TimeUnit;

/// Waits that an interrupt does not cut short, because the disk is still at work on the memory that is waited for.
public final class Uninterrupted {
    private interface Wait {
        void once() throws InterruptedException;
    }

    private Uninterrupted() {}

    /// Waits once on the monitor that the caller holds; the caller checks its condition again.
    public static void await(Object monitor) {
        untilDone(monitor::wait);
    }

    /// As above, for no longer than `nanos`.
    public static void await(Object monitor, long nanos) {
        untilDone(() -> TimeUnit.NANOSECONDS.timedWait(monitor, Math.max(nanos, 1)));
    }

    /// Waits for the end of a thread.
    public static void join(Thread thread) {
        untilDone(thread::join);
    }

    private static void untilDone(Wait wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    wait.once();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
