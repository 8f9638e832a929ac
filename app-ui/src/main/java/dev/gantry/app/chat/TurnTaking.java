package dev.gantry.app.chat;

import java.util.concurrent.locks.ReentrantLock;

/// Lets several threads compute in turns, one token each, so that answers side by side grow together and each is timed
/// by itself.
final class TurnTaking {
    private final ReentrantLock seat = new ReentrantLock(true);

    /// One thread's part.
    final class Turn implements AutoCloseable {
        private long waitedNanos;

        private Turn() {
            seat.lock();
        }

        /// Lets the thread that waits longest go first.
        void pass() {
            if (seat.hasQueuedThreads()) {
                long before = System.nanoTime();
                seat.unlock();
                seat.lock();
                waitedNanos += System.nanoTime() - before;
            }
        }

        /// Time that was given to others.
        long waitedNanos() {
            return waitedNanos;
        }

        @Override
        public void close() {
            seat.unlock();
        }
    }

    /// Waits for the seat; closing the turn gives it up.
    Turn take() {
        return new Turn();
    }
}
