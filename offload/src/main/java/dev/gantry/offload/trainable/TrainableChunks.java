package dev.gantry.offload.trainable;

import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The states of all records; moved by the thread of the pass and by the one that updates.
final class TrainableChunks {
    private final ChunkState[] states;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable RuntimeException failure;

    TrainableChunks(int records) {
        states = new ChunkState[records];
        Arrays.fill(states, ChunkState.RESTING);
    }

    ChunkState state(int record) {
        lock.lock();
        try {
            return states[record];
        } finally {
            lock.unlock();
        }
    }

    /// @throws IllegalStateException when there is no such move
    void move(int record, ChunkState to) {
        lock.lock();
        try {
            if (!states[record].next().contains(to)) {
                throw new IllegalStateException("record " + record + " goes from " + states[record] + " to " + to);
            }
            states[record] = to;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until nobody needs the memory where a record's gradient was added up.
    ///
    /// @throws RuntimeException what went wrong with any record meanwhile
    void awaitGradientGone(int record) {
        lock.lock();
        try {
            while (states[record] == ChunkState.COLLECTING || states[record] == ChunkState.COMPLETE) {
                if (failure != null) {
                    throw failure;
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Lets those who wait hear of a failure.
    void fail(RuntimeException cause) {
        lock.lock();
        try {
            failure = cause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
