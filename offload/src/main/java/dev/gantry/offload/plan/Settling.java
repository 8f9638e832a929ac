package dev.gantry.offload.plan;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/// Runs work again and again until the virtual machine has compiled what it runs: kernels that are timed before are
/// many times slower than they will be for all the steps that a plan speaks of.
final class Settling {
    private static final long WINDOW_NANOS = 200_000_000;
    private static final int QUIET_WINDOWS = 2;
    /// Of a window, that compiling may take: something is always compiled.
    private static final double QUIET_SHARE = 0.1;
    /// Of the fastest time so far, below which a window's fastest counts as faster still.
    private static final double FASTER = 0.93;

    private final @Nullable CompilationMXBean compiler;
    private long compiledMillis;
    private long fastestNanos = Long.MAX_VALUE;
    private int quiet;

    private Settling() {
        CompilationMXBean bean = ManagementFactory.getCompilationMXBean();
        this.compiler = bean != null && bean.isCompilationTimeMonitoringSupported() ? bean : null;
        this.compiledMillis = compiler == null ? 0 : compiler.getTotalCompilationTime();
    }

    /// Runs `work` until it gets no faster and nothing much is compiled any more.
    ///
    /// @param mostNanos when it ends in any case, once `work` is over
    static void run(Runnable work, long mostNanos) {
        Settling settling = new Settling();
        long end = System.nanoTime() + mostNanos;
        while (System.nanoTime() < end && settling.quiet < QUIET_WINDOWS) {
            settling.window(work);
        }
    }

    private void window(Runnable work) {
        long start = System.nanoTime();
        long fastest = Long.MAX_VALUE;
        long now = start;
        do {
            long before = now;
            work.run();
            now = System.nanoTime();
            fastest = Math.min(fastest, now - before);
        } while (now - start < WINDOW_NANOS);
        boolean settled = fastest > FASTER * fastestNanos && compiledIn(now - start) < QUIET_SHARE;
        quiet = settled ? quiet + 1 : 0;
        fastestNanos = Math.min(fastestNanos, fastest);
    }

    /// @return share of the time since the last call that compiling took
    private double compiledIn(long nanos) {
        if (compiler == null) {
            return 0;
        }
        long before = compiledMillis;
        compiledMillis = compiler.getTotalCompilationTime();
        return (compiledMillis - before) * 1e6 / nanos;
    }
}
