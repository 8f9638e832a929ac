package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ComputeMark;
import java.lang.foreign.MemorySegment;

/// An event of a compute stream.
final class CudaMark implements ComputeMark {
    private final CudaStream compute;
    private final MemorySegment event;

    CudaMark(CudaStream compute) {
        this.compute = compute;
        event = compute.context().use().create("cuEventCreate", CudaStream.WITHOUT_TIMING);
    }

    @Override
    public void set() {
        compute.context().use().call("cuEventRecord", event, compute.handle());
    }

    /// What is enqueued in `other` from now on waits for what came before the mark; the host does not wait.
    void holdBack(CudaStream other) {
        compute.context().use().call("cuStreamWaitEvent", other.handle(), event, 0);
    }

    /// What waits for it already, goes on waiting.
    @Override
    public void close() {
        compute.context().use().call("cuEventDestroy_v2", event);
    }
}
