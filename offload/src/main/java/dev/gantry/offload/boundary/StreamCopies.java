package dev.gantry.offload.boundary;

import dev.gantry.offload.io.SideThread;
import dev.gantry.offload.io.Uninterrupted;
import org.jspecify.annotations.Nullable;

/// Copies items one after the other beside the pass.
final class StreamCopies implements AutoCloseable {
    private final Object lock = new Object();
    private final SideThread thread = new SideThread("gantry-boundaries", this::fail);
    private long asked;
    private long done;
    private @Nullable RuntimeException failure;

    /// Asks for a copy; all that were asked for before come first.
    ///
    /// @return what to wait for
    long ask(Runnable copy) {
        thread.submit(() -> {
            copy.run();
            synchronized (lock) {
                done++;
                lock.notifyAll();
            }
        });
        return ++asked;
    }

    /// Waits until a copy is made.
    ///
    /// @throws RuntimeException what went wrong with any copy so far
    void await(long copy) {
        synchronized (lock) {
            while (done < copy) {
                if (failure != null) {
                    throw failure;
                }
                Uninterrupted.await(lock);
            }
        }
    }

    private void fail(RuntimeException cause) {
        synchronized (lock) {
            failure = cause;
            lock.notifyAll();
        }
    }

    /// Waits until nothing is under way.
    ///
    /// @throws RuntimeException what went wrong
    void settle() {
        await(asked);
    }

    @Override
    public void close() {
        thread.close();
    }
}
