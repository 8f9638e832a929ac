package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;

/// What a machine can do for answers.
///
/// @param flopsPerSecond of products of many rows, two operations for each multiply-add
/// @param readBytesPerSecond of weights in products of one row
/// @param copyBytesPerSecond from host memory to the device
/// @param diskBytesPerSecond from files past the page cache
public record InferenceRates(
        double flopsPerSecond, double readBytesPerSecond, double copyBytesPerSecond, double diskBytesPerSecond) {
    /// For choosing between layouts without a probe: what reads less from the disk, and then copies less, is faster on
    /// any machine.
    public static final InferenceRates USUAL = new InferenceRates(1e11, 1e10, 1e10, 1e9);

    private static final long PROBE_NANOS = 150_000_000;
    private static final int WIDTH = 1024;
    private static final int TOKENS = 128;
    private static final long MOST_BYTES = 64 << 20;

    /// Multiplies, reads and copies for a moment each and takes the fastest; leaves out the disk.
    ///
    /// @param memoryBytes that weights take: where they fit a cache, they are read from there
    public static InferenceRates measure(Backend backend, ComputeType compute, long memoryBytes) {
        long rowBytes = (long) WIDTH * compute.dtype().bytes();
        int rows = Math.toIntExact(Math.clamp(memoryBytes, WIDTH * rowBytes, MOST_BYTES) / rowBytes);
        try (TensorArena arena = new TensorArena(backend.unlimited(), "probe");
                TensorArena host = new TensorArena(MemoryAccount.unlimited("host", backend.hostMemory()), "probe")) {
            Matrix weights = arena.matrix(compute.dtype(), rows, WIDTH);
            Matrix x = arena.matrix(compute.dtype(), TOKENS, WIDTH);
            Matrix y = arena.matrix(compute.dtype(), TOKENS, rows);
            backend.elements().fill(weights, 0.25f);
            backend.elements().fill(x, 0.5f);
            long half = weights.data().byteSize() / 2;
            var from = host.allocateBytes(half);
            ElementKernels copies = backend.transferElements();
            var to = weights.data().asSlice(half, half);
            Matrix some = weights.rows(0, WIDTH);
            Matrix ofSome = y.columns(0, WIDTH);
            return new InferenceRates(
                    best(2.0 * TOKENS * WIDTH * WIDTH, () -> multiply(backend, x, some, ofSome)),
                    best((double) rows * rowBytes, () -> multiply(backend, x.row(0), weights, y.row(0))),
                    best((double) half, () -> copies.copyBytes(from, to)),
                    Double.POSITIVE_INFINITY);
        }
    }

    private static void multiply(Backend backend, Matrix x, Matrix weights, Matrix y) {
        backend.matmul().multiply(Layout.NT, 1, x, weights, null, y, Accumulate.OVERWRITE);
        backend.synchronize();
    }

    /// The same machine with a disk of this rate.
    public InferenceRates withDisk(double bytesPerSecond) {
        return new InferenceRates(flopsPerSecond, readBytesPerSecond, copyBytesPerSecond, bytesPerSecond);
    }

    private static double best(double amount, Runnable work) {
        double best = 0;
        long start = System.nanoTime();
        do {
            long before = System.nanoTime();
            work.run();
            best = Math.max(best, amount * 1e9 / Math.max(1, System.nanoTime() - before));
        } while (System.nanoTime() - start < PROBE_NANOS);
        return best;
    }
}
