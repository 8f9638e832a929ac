package dev.gantry.engine.cuda;

import java.lang.foreign.MemorySegment;

/// Work of a card in order; streams run beside each other.
final class CudaStream implements AutoCloseable {
    /// Does not wait for the card's default stream.
    private static final int NON_BLOCKING = 1;
    /// An event that orders and does not measure.
    static final int WITHOUT_TIMING = 2;

    private final CudaContext context;
    private final MemorySegment handle;
    private final MemorySegment event;

    CudaStream(CudaContext context) {
        this.context = context;
        handle = context.use().create("cuStreamCreate", NON_BLOCKING);
        event = context.use().create("cuEventCreate", WITHOUT_TIMING);
    }

    CudaContext context() {
        return context;
    }

    MemorySegment handle() {
        return handle;
    }

    /// Enqueues a kernel, or gathers it where this thread does.
    ///
    /// @param values its parameters, read before this returns
    /// @param pointers where each of them lies
    void launch(String kernel, MemorySegment function, Grid grid, MemorySegment values, MemorySegment pointers) {
        LaunchList gathered = context.gatheredFor(this);
        if (gathered != null) {
            gathered.add(kernel, function, grid, values, pointers);
        } else {
            context.use().launch(kernel, function, grid, handle, pointers);
        }
    }

    /// What is enqueued here from now on waits for all that is enqueued in `other` so far; the host does not wait.
    void waitFor(CudaStream other) {
        CudaDriver driver = context.use();
        driver.call("cuEventRecord", event, other.handle);
        driver.call("cuStreamWaitEvent", handle, event, 0);
    }

    /// Copies between any two places the card can reach.
    void copy(long to, long from, long bytes) {
        context.use().call("cuMemcpyAsync", to, from, bytes, handle);
    }

    void clear(long address, long bytes) {
        context.use().call("cuMemsetD8Async", address, (byte) 0, bytes, handle);
    }

    /// Whether all that was enqueued is done.
    boolean isDone() {
        return context.use().isDone(handle);
    }

    /// Waits until all that was enqueued is done.
    void synchronize() {
        context.use().call("cuStreamSynchronize", handle);
    }

    @Override
    public void close() {
        CudaDriver driver = context.use();
        driver.call("cuEventDestroy_v2", event);
        driver.call("cuStreamDestroy_v2", handle);
    }
}
