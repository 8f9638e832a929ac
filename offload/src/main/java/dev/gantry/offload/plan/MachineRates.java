package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.function.DoubleSupplier;

/// What a machine can do, measured in a fraction of a second rather than looked up.
///
/// @param matmulFlopsPerSecond rate of a product of a typical layer's shape, two operations for each multiply-add
/// @param copyBytesPerSecond from host memory to the device
/// @param diskBytesPerSecond from files past the page cache; infinite where no file is read
public record MachineRates(double matmulFlopsPerSecond, double copyBytesPerSecond, double diskBytesPerSecond) {
    private static final int TOKENS = 256;
    private static final int WIDTH = 1024;
    private static final long PROBE_NANOS = 250_000_000;
    private static final int COPIED_BYTES = 32 << 20;

    /// Rates that leave out the disk.
    public MachineRates(double matmulFlopsPerSecond, double copyBytesPerSecond) {
        this(matmulFlopsPerSecond, copyBytesPerSecond, Double.POSITIVE_INFINITY);
    }

    /// Multiplies and copies for a quarter of a second each and takes the fastest.
    public static MachineRates measure(Backend backend, ComputeType compute) {
        try (TensorArena arena = new TensorArena()) {
            Matrix x = arena.matrix(compute.dtype(), TOKENS, WIDTH);
            Matrix w = arena.matrix(compute.dtype(), WIDTH, WIDTH);
            Matrix y = arena.matrix(compute.dtype(), TOKENS, WIDTH);
            backend.elements().fill(x, 0.5f);
            backend.elements().fill(w, 0.25f);
            double flops = best(2.0 * TOKENS * WIDTH * WIDTH, () -> {
                backend.matmul().multiply(Layout.NT, 1, x, w, null, y, Accumulate.OVERWRITE);
                backend.synchronize();
            });
            var from = arena.allocateBytes(COPIED_BYTES);
            var to = arena.allocateBytes(COPIED_BYTES);
            from.fill((byte) 1);
            double bytes = best(COPIED_BYTES, () -> to.copyFrom(from));
            return new MachineRates(flops, bytes);
        }
    }

    /// The same machine with a disk of this rate.
    public MachineRates withDisk(double bytesPerSecond) {
        return new MachineRates(matmulFlopsPerSecond, copyBytesPerSecond, bytesPerSecond);
    }

    private static double best(double amount, Runnable work) {
        DoubleSupplier timed = () -> {
            long before = System.nanoTime();
            work.run();
            return amount * 1e9 / Math.max(1, System.nanoTime() - before);
        };
        double best = 0;
        long start = System.nanoTime();
        do {
            best = Math.max(best, timed.getAsDouble());
        } while (System.nanoTime() - start < PROBE_NANOS);
        return best;
    }
}
