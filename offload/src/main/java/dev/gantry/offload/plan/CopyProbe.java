package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;

/// Copies as a loader does: one thread, from memory beyond the caches, converting where the types differ.
final class CopyProbe implements AutoCloseable {
    private static final long NANOS = 150_000_000;
    private static final int ELEMENTS = 16 << 20;

    private final TensorArena host;
    private final TensorArena device;
    private final ElementKernels kernels;
    private final Matrix from;
    private final Matrix to;

    CopyProbe(Backend backend, TrainingJob job) {
        DType ready = job.compute().dtype();
        this.kernels = backend.transferElements();
        this.host = new TensorArena(MemoryAccount.unlimited("host", backend.hostMemory()), "probe");
        this.device = new TensorArena(backend.unlimited(), "probe");
        this.from = host.matrix(waiting(job), 1, ELEMENTS);
        this.to = device.matrix(ready, 1, ELEMENTS);
        from.data().fill((byte) 1);
        copy(); // touches every page
    }

    /// The type that matrices of blocks wait in: the narrower of the stored and the compute type.
    static DType waiting(TrainingJob job) {
        DType ready = job.compute().dtype();
        Module any = DecoderParameters.linearModules(job.spec()).getFirst();
        DType stored = job.stored().getOrDefault(ParameterId.weight(0, any), ready);
        return stored.bytes() < ready.bytes() ? stored : ready;
    }

    /// The best of a few copies, in bytes of what waits.
    static double bytesPerSecond(Backend backend, TrainingJob job) {
        try (CopyProbe probe = new CopyProbe(backend, job)) {
            double best = 0;
            long end = System.nanoTime() + NANOS;
            do {
                best = Math.max(best, probe.bytesPerSecond());
            } while (System.nanoTime() < end);
            return best;
        }
    }

    double bytesPerSecond() {
        long start = System.nanoTime();
        copy();
        return from.data().byteSize() * 1e9 / Math.max(1, System.nanoTime() - start);
    }

    private void copy() {
        if (from.dtype() == to.dtype()) {
            kernels.copyBytes(from.data(), to.data());
        } else {
            kernels.copy(from, to);
        }
    }

    @Override
    public void close() {
        device.close();
        host.close();
    }
}
