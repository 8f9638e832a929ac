package dev.gantry.engine.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A few threads that work through the tiles of one kernel at a time, together with the thread that asks.
///
/// Kernels cut their work into tiles from shapes alone; threads take tiles as they come free. So the number of threads
/// changes who computes a tile, never what is computed. While kernels follow each other closely the workers spin and
/// take up work within a microsecond; after {@link #SPINS} they give way to other programs, then sleep.
public final class WorkerPool implements AutoCloseable {
    /// About 20 microseconds of pausing: longer than the glue between two kernels of a decoding step.
    private static final int SPINS = 1_000;
    /// Yielding costs other programs nothing, and still wakes faster than the kernel's futex.
    private static final int YIELDS = 200;

    private static final long REMAINING_MASK = 0xffff_ffffL;

    private final Worker[] workers;
    private final ReentrantLock oneJobAtATime = new ReentrantLock();

    /// Job number in the upper half, tiles nobody has taken in the lower half. Taking a tile is one compare-and-set,
    /// which fails if the job has changed meanwhile; so whoever succeeds may read the fields below, for they cannot
    /// change before its tile is done.
    private final AtomicLong ticket = new AtomicLong();

    private final AtomicInteger unfinished = new AtomicInteger();
    private int tiles;
    private @Nullable TileTask task;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread waitingCaller;
    private volatile boolean closed;

    /// @param threads how many threads compute, the caller included
    public WorkerPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a pool of " + threads + " threads; ask for at least 1");
        }
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
            workers[i].start();
        }
    }

    /// How many threads compute, the caller included.
    public int threads() {
        return workers.length + 1;
    }

    /// Runs tiles `0..tiles-1` and returns when all are done. A call from within a tile runs inline; calls of several
    /// threads run one after the other, so that memory kept for each worker has one user.
    ///
    /// The first exception of a tile is thrown here; tiles not yet begun are then left out.
    public void parallel(int tileCount, TileTask tileTask) {
        if (Thread.currentThread() instanceof Worker worker) {
            runInline(tileCount, tileTask, worker.index);
        } else if (oneJobAtATime.isHeldByCurrentThread()) {
            runInline(tileCount, tileTask, 0);
        } else {
            runAlone(tileCount, tileTask);
        }
    }

    private static void runInline(int tileCount, TileTask tileTask, int worker) {
        for (int tile = 0; tile < tileCount; tile++) {
            tileTask.run(tile, worker);
        }
    }

    private void runAlone(int tileCount, TileTask tileTask) {
        oneJobAtATime.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the worker pool is closed; a backend was used after close()");
            }
            if (tileCount <= 1 || workers.length == 0) {
                runInline(tileCount, tileTask, 0);
            } else {
                runJob(tileCount, tileTask);
            }
        } finally {
            oneJobAtATime.unlock();
        }
    }

    private void runJob(int tileCount, TileTask tileTask) {
        task = tileTask;
        tiles = tileCount;
        unfinished.set(tileCount);
        long job = (ticket.get() >>> 32) + 1;
        ticket.set(job << 32 | tileCount);
        int wanted = Math.min(workers.length, tileCount - 1);
        for (int i = 0; i < wanted; i++) {
            workers[i].wakeIfAsleep();
        }
        while (takeTile(0)) {
            // the caller works too
        }
        waitForOthers();
        task = null;
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            rethrow(thrown);
        }
    }

    /// Takes and runs one tile; false when none is left.
    private boolean takeTile(int worker) {
        long seen = ticket.get();
        while ((seen & REMAINING_MASK) != 0) {
            if (ticket.compareAndSet(seen, seen - 1)) {
                runTile(tiles - (int) (seen & REMAINING_MASK), worker);
                return true;
            }
            seen = ticket.get();
        }
        return false;
    }

    private void runTile(int tile, int worker) {
        TileTask current = task;
        try {
            if (current != null && failure == null) {
                current.run(tile, worker);
            }
        } catch (RuntimeException | Error e) { // handed to the caller, which throws it
            failure = e;
        } finally {
            if (unfinished.decrementAndGet() == 0) {
                Thread caller = waitingCaller;
                if (caller != null) {
                    LockSupport.unpark(caller);
                }
            }
        }
    }

    private void waitForOthers() {
        for (int i = 0; i < SPINS + YIELDS; i++) {
            if (unfinished.get() == 0) {
                return;
            }
            pause(i);
        }
        waitingCaller = Thread.currentThread();
        while (unfinished.get() != 0) {
            LockSupport.park(this);
        }
        waitingCaller = null;
    }

    @SuppressWarnings("ThreadPriorityCheck") // correctness does not rest on it; it lets others run
    private static void pause(int turn) {
        if (turn < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    private static void rethrow(Throwable thrown) {
        switch (thrown) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(thrown);
        }
    }

    /// Lets the threads end and waits for them.
    @Override
    public void close() {
        oneJobAtATime.lock();
        try {
            closed = true;
        } finally {
            oneJobAtATime.unlock();
        }
        for (Worker worker : workers) {
            LockSupport.unpark(worker);
        }
        boolean interrupted = false;
        for (Worker worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// A thread of the pool.
    private final class Worker extends Thread {
        private final int index;
        private volatile boolean asleep;

        Worker(int index) {
            super("gantry-worker-" + index);
            this.index = index;
            setDaemon(true);
        }

        void wakeIfAsleep() {
            if (asleep) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            while (!closed) {
                if (!takeTile(index)) {
                    awaitJob();
                }
            }
        }

        private boolean hasWork() {
            return (ticket.get() & REMAINING_MASK) != 0 || closed;
        }

        private void awaitJob() {
            for (int i = 0; i < SPINS + YIELDS; i++) {
                if (hasWork()) {
                    return;
                }
                pause(i);
            }
            asleep = true;
            while (!hasWork()) { // asked again after the flag is set, so that no wake-up is missed
                LockSupport.park(WorkerPool.this);
            }
            asleep = false;
        }
    }
}
