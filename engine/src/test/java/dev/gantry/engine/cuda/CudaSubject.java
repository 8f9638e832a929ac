package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.Subject;
import dev.gantry.engine.tensor.TensorArena;
import java.util.function.Consumer;

/// CUDA kernels wherever {@link HostCuda} runs them; on the host also with warps and lanes from last to first.
final class CudaSubject implements Subject {
    private final HostCuda cuda;
    private final CudaBackend backend;

    /// Skips the test where nothing runs them.
    CudaSubject() {
        this(HostCuda.open(), false);
    }

    private CudaSubject(HostCuda cuda, boolean withCublas) {
        this.cuda = cuda;
        backend = withCublas ? cuda.backendWithCublas() : cuda.backend();
    }

    /// On a card of a given kind.
    static CudaSubject of(int capability) {
        return new CudaSubject(HostCuda.open(ComputeCapability.of(capability)), false);
    }

    /// With products by cuBLASLt.
    static CudaSubject withCublas() {
        return new CudaSubject(HostCuda.open(), true);
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public void inAnotherOrder(Consumer<Backend> kernels) {
        cuda.reverse(true);
        try {
            kernels.accept(backend);
        } finally {
            cuda.reverse(false);
        }
    }

    @Override
    public TensorArena arena() {
        return cuda.arena();
    }

    @Override
    public void close() {
        backend.close();
        cuda.close();
    }
}
