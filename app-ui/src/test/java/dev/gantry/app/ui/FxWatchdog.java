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
import java.util.function.Predicate;
import javafx.application.Platform;
import org.jspecify.annotations.Nullable;

/// Watches the JavaFX thread and remembers every time it was kept busy or waiting for longer than a person notices.
///
/// Counts the processor time that the thread used and the time that it waited for something (of the thread that draws,
/// the processor time), not the time that a busy machine gave to others: so the answer does not depend on what else
/// runs. Nor does it count what the headless toolkit takes to copy a finished picture pixel by pixel in Java, which a
/// real window leaves to the system.
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

    /// The class of the headless toolkit that copies pictures.
    private static final String COPYING = "com.sun.glass.ui.headless.HeadlessWindow";

    /// The class of the headless toolkit whose thread waits for something to do.
    private static final String LOOP = "com.sun.glass.ui.headless.NestedRunnableProcessor";

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
        long busyNanos = 0;
        String stack = "";
        Moment before = now();
        while (answered.get() < question && !stopped) {
            LockSupport.parkNanos(SAMPLE_NANOS);
            ThreadInfo info = threads.getThreadInfo(fxThread, 40);
            Moment now = now();
            busyNanos += spent(before, now, info, answered.get() < question);
            before = now;
            if (busyNanos > LIMIT_NANOS && stack.isEmpty() && info != null && answered.get() < question) {
                stack = info.toString();
            }
        }
        if (busyNanos > LIMIT_NANOS && !stack.isEmpty()) {
            synchronized (blocks) {
                blocks.add("the JavaFX thread was kept for " + busyNanos / 1_000_000 + " ms by\n" + stack);
            }
        }
    }

    /// The clocks of one moment, in nanoseconds: the wall's, the JavaFX thread's and the drawing thread's own.
    private record Moment(long wall, long cpu, long drawn) {}

    private Moment now() {
        return new Moment(
                System.nanoTime(), threads.getThreadCpuTime(fxThread), threads.getThreadCpuTime(drawingThread));
    }

    /// What the JavaFX thread worked and waited between two moments, in nanoseconds, with the stack seen between them.
    private static long spent(Moment from, Moment to, @Nullable ThreadInfo info, boolean unanswered) {
        if (isIn(info, frame -> frame.getClassName().equals(COPYING))) {
            return 0;
        }
        boolean waits = unanswered && info != null && info.getThreadState() != Thread.State.RUNNABLE;
        if (!waits || isIdle(info)) {
            return to.cpu() - from.cpu();
        }
        boolean drawing = isIn(info, frame -> frame.getMethodName().equals(DRAWING));
        return to.cpu() - from.cpu() + (drawing ? to.drawn() - from.drawn() : to.wall() - from.wall());
    }

    /// Whether it waits for something to do: it was told already, and the machine has not let it go on yet.
    private static boolean isIdle(@Nullable ThreadInfo info) {
        return info != null
                && Arrays.stream(info.getStackTrace())
                        .map(StackTraceElement::getClassName)
                        .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                        .findFirst()
                        .filter(LOOP::equals)
                        .isPresent();
    }

    private static boolean isIn(@Nullable ThreadInfo info, Predicate<StackTraceElement> frame) {
        return info != null && Arrays.stream(info.getStackTrace()).anyMatch(frame);
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
