package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;

/// What a machine can do, measured in a fraction of a second rather than looked up.
///
/// @param matmulFlopsPerSecond rate of a product of a typical layer's shape, two operations for each multiply-add
public record MachineRates(double matmulFlopsPerSecond) {
    private static final int TOKENS = 256;
    private static final int WIDTH = 1024;
    private static final long PROBE_NANOS = 250_000_000;

    /// Multiplies matrices of `compute` for a quarter of a second and takes the fastest.
    public static MachineRates measure(Backend backend, ComputeType compute) {
        try (TensorArena arena = new TensorArena()) {
            Matrix x = arena.matrix(compute.dtype(), TOKENS, WIDTH);
            Matrix w = arena.matrix(compute.dtype(), WIDTH, WIDTH);
            Matrix y = arena.matrix(compute.dtype(), TOKENS, WIDTH);
            backend.elements().fill(x, 0.5f);
            backend.elements().fill(w, 0.25f);
            double flops = 2.0 * TOKENS * WIDTH * WIDTH;
            double best = 0;
            long start = System.nanoTime();
            do {
                long before = System.nanoTime();
                backend.matmul().multiply(Layout.NT, 1, x, w, null, y, Accumulate.OVERWRITE);
                backend.synchronize();
                best = Math.max(best, flops * 1e9 / Math.max(1, System.nanoTime() - before));
            } while (System.nanoTime() - start < PROBE_NANOS);
            return new MachineRates(best);
        }
    }
}
