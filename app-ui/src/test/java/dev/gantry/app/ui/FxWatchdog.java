package dev.gantry.app.ui;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javafx.application.Platform;
import org.jspecify.annotations.Nullable;

/// Watches the JavaFX thread and remembers every time it was kept busy or waiting for longer than a person notices.
///
/// Counts the processor time that the thread used and the time that it waited for something (of the thread that draws,
/// the processor time), not the time that a busy machine gave to others: so the answer does not depend on what else
/// runs.
///
/// ```java
/// try (FxWatchdog watchdog = FxWatchdog.start()) {
///     ...
///     assertThat(watchdog.blocks()).isEmpty();
/// }
/// ```
public final class FxWatchdog implements AutoCloseable {
    /// What the window may take at most for one turn.
    public static final long LIMIT_NANOS = 50_000_000L;

    private static final long SAMPLE_NANOS = 4_000_000L;

    /// What the JavaFX thread waits in while another thread draws the last frame.
    private static final String DRAWING = "waitForRenderingToComplete";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<String> blocks = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final long fxThread;
    private final long drawingThread;
    private final Thread sampler;
    private volatile boolean stopped;

    private FxWatchdog(long fxThread) {
        this.fxThread = fxThread;
        this.drawingThread = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("QuantumRenderer"))
                .mapToLong(Thread::threadId)
                .findFirst()
                .orElse(fxThread);
        this.sampler = Thread.ofPlatform().daemon().name("fx-watchdog").unstarted(this::watch);
    }

    /// Starts watching; the toolkit must be running.
    public static FxWatchdog start() {
        CompletableFuture<Long> id = new CompletableFuture<>();
        Platform.runLater(() -> id.complete(Thread.currentThread().threadId()));
        FxWatchdog watchdog = new FxWatchdog(id.join());
        watchdog.sampler.start();
        return watchdog;
    }

    private void watch() {
        for (long question = 1; !stopped; question++) {
            long asked = question;
            Platform.runLater(() -> answered.set(asked));
            await(asked);
            LockSupport.parkNanos(SAMPLE_NANOS);
        }
    }

    /// Adds up what the thread does until it answers, and keeps the stack of the moment it was over the limit.
    private void await(long question) {
        long cpu = threads.getThreadCpuTime(fxThread);
        long waitedNanos = 0;
        String stack = "";
        long before = System.nanoTime();
        long drawnBefore = threads.getThreadCpuTime(drawingThread);
        while (answered.get() < question && !stopped) {
            LockSupport.parkNanos(SAMPLE_NANOS);
            long now = System.nanoTime();
            ThreadInfo info = threads.getThreadInfo(fxThread, 40);
            boolean waits = info != null && info.getThreadState() != Thread.State.RUNNABLE;
            long drawn = threads.getThreadCpuTime(drawingThread);
            long waited = waitsForDrawing(info) ? drawn - drawnBefore : now - before;
            waitedNanos += waits && answered.get() < question ? waited : 0;
            before = now;
            drawnBefore = drawn;
            long busyNanos = threads.getThreadCpuTime(fxThread) - cpu + waitedNanos;
            if (busyNanos > LIMIT_NANOS && stack.isEmpty() && info != null && answered.get() < question) {
                stack = info.toString();
            }
        }
        long busyNanos = threads.getThreadCpuTime(fxThread) - cpu + waitedNanos;
        if (busyNanos > LIMIT_NANOS && !stack.isEmpty()) {
            synchronized (blocks) {
                blocks.add("the JavaFX thread was kept for " + busyNanos / 1_000_000 + " ms by\n" + stack);
            }
        }
    }

    private static boolean waitsForDrawing(@Nullable ThreadInfo info) {
        return info != null
                && Arrays.stream(info.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals(DRAWING));
    }

    /// One text for each block so far, with what the thread was doing; empty when the window always answered at once.
    public List<String> blocks() {
        synchronized (blocks) {
            return List.copyOf(blocks);
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            sampler.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
