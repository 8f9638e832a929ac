package dev.gantry.engine.collective;

import dev.gantry.engine.GantryException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the ranks of one process share: one lock, one place to wait, and the first failure, which ends all waiting.
final class RankGroup {
    private static final long SLICE_NANOS = 1_000_000_000;

    private final int ranks;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable RankFailure failure;

    /// The first thing that went wrong.
    record RankFailure(int rank, Throwable cause) {}

    /// @param patience how long a rank waits for another before it gives up
    RankGroup(int ranks, Duration patience) {
        this.ranks = ranks;
        this.patience = patience;
    }

    int ranks() {
        return ranks;
    }

    /// Ends the work of all ranks; only the first failure counts.
    void fail(int rank, Throwable cause) {
        change(() -> {
            if (failure == null) {
                failure = new RankFailure(rank, cause);
            }
        });
    }

    @Nullable
    RankFailure failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /// Changes what ranks wait for, and lets them look again.
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until `ready`, which is asked under the lock.
    ///
    /// @param doing what the rank does meanwhile, for the message
    /// @param missing whom it waits for
    /// @throws GantryException when a rank fails, or patience runs out
    void await(int rank, Object doing, BooleanSupplier ready, Supplier<String> missing) {
        lock.lock();
        try {
            long nanos = patience.toNanos();
            requireSound(rank);
            while (!ready.getAsBoolean()) {
                if (nanos <= 0) {
                    throw failed(rank, impatient(rank, doing, missing.get()));
                }
                nanos -= waited(nanos);
                requireSound(rank);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(rank, GantryException.cancelled("rank " + rank + " stopped", "Resume the run to go on."));
        } finally {
            lock.unlock();
        }
    }

    /// @throws GantryException when a rank has failed
    void requireSound(int rank) {
        RankFailure first = failure();
        if (first != null) {
            throw GantryException.environment(
                            "RANK-FAILED",
                            "rank " + rank + " of " + ranks + " stopped",
                            "rank " + first.rank() + " failed: " + first.cause().getMessage(),
                            "Mend what stopped rank " + first.rank() + ", then resume from the last checkpoint.")
                    .causedBy(first.cause());
        }
    }

    /// Waits until `ready`, whatever happens to the ranks; after a failure only as long as patience lasts.
    ///
    /// @return whether it is ready
    boolean awaitEnd(BooleanSupplier ready) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (!ready.getAsBoolean()) {
                if (failure == null) {
                    changed.await();
                } else if (nanos <= 0) {
                    return false;
                } else {
                    nanos -= waited(nanos);
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Waits a little at a time: a program that was stopped for an hour and goes on has not lost its patience.
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    private long waited(long nanos) throws InterruptedException {
        long slice = Math.min(nanos, SLICE_NANOS);
        return slice - Math.max(0, changed.awaitNanos(slice));
    }

    private GantryException failed(int rank, GantryException cause) {
        fail(rank, cause);
        return cause;
    }

    private GantryException impatient(int rank, Object doing, String missing) {
        return GantryException.environment(
                "RANK-TIMEOUT",
                "rank " + rank + " of " + ranks + " gave up",
                "it waited " + patience.toSeconds() + " s in " + doing + " for " + missing,
                "Look for what holds up " + missing + ", then resume from the last checkpoint.");
    }
}
