package dev.gantry.offload.io;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// A fault that is none: lets attempts wait at a gate, so that a test can look at what is under way.
public final class Gate {
    private final Semaphore passes = new Semaphore(0);
    private final CountDownLatch arrived;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /// @param expected how many attempts {@link #awaitArrivals} waits for
    public Gate(int expected) {
        arrived = new CountDownLatch(expected);
    }

    public BlockFile around(BlockFile file) {
        return new FaultyFile(file, attempt -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            arrived.countDown();
            passes.acquireUninterruptibly();
            inside.decrementAndGet();
            return attempt.bytes();
        });
    }

    public void awaitArrivals() throws InterruptedException {
        arrived.await();
    }

    public void open() {
        passes.release(1_000_000);
    }

    /// The most attempts that were inside at one time.
    public int mostAtOnce() {
        return most.get();
    }
}
