package dev.gantry.offload.io;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A thread that does one thing after the other beside the pass. After a failure what was asked for is left out, until
/// somebody has heard of it.
public final class SideThread implements AutoCloseable {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Consumer<RuntimeException> onFailure;
    private final Thread thread;
    private boolean working;
    private boolean closed;
    private @Nullable RuntimeException failure;

    /// @param onFailure told at once, by this thread
    public SideThread(String name, Consumer<RuntimeException> onFailure) {
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /// Asks for something to be done after all that was asked for before.
    public void submit(Runnable task) {
        lock.lock();
        try {
            if (failure == null) {
                tasks.add(task);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until everything is done.
    ///
    /// @throws RuntimeException what went wrong
    public void drain() {
        lock.lock();
        try {
            while (working || (!tasks.isEmpty() && !closed)) {
                changed.awaitUninterruptibly();
            }
            if (failure != null) {
                RuntimeException heard = failure;
                failure = null;
                throw heard;
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (Runnable task = next(); task != null; task = next()) {
            RuntimeException thrown = null;
            try {
                task.run();
            } catch (RuntimeException e) { // handed to whoever drains
                thrown = e;
            } catch (Error e) {
                thrown = new IllegalStateException(e);
            }
            done(thrown);
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            while (tasks.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            working = !closed;
            return closed ? null : tasks.remove();
        } finally {
            lock.unlock();
        }
    }

    private void done(@Nullable RuntimeException thrown) {
        lock.lock();
        try {
            working = false;
            if (thrown != null && failure == null) {
                failure = thrown;
                tasks.clear();
                onFailure.accept(thrown);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Lets the task under way end and leaves out the others.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        Uninterrupted.join(thread);
    }
}
