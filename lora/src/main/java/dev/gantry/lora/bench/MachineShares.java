package dev.gantry.lora.bench;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.OffDeviceKernels;
import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.io.DiskProbe;
import dev.gantry.offload.io.DiskRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What parts of the offload engine reach of the machine's own rates, measured in turns.
final class MachineShares {
    private static final int WARM_UPS = 3;
    private static final int PAIRS = 9;
    /// Four arrays of f32 that no cache holds together.
    private static final int ADAM_ELEMENTS = 32 << 20;
    /// Reads value, gradient and both moments, writes value and both moments.
    private static final int ADAM_BYTES = 7 * Float.BYTES;

    private static final Duration DISK_TIME = Duration.ofMillis(150);
    private static final int DISK_ROUNDS = 3;
    private static final long LEAST_PROBED_BYTES = 64L << 20;

    private MachineShares() {}

    /// AdamW over states in host memory, of copying on as many threads; both in bytes read and written.
    static OffloadResult.Share adamW(Backend backend, int threads) {
        try (MachinePeaks peaks = new MachinePeaks();
                TensorArena arena = new TensorArena();
                OffDeviceKernels kernels = backend.offDevice(threads)) {
            Matrix value = filled(kernels, arena, 0.5f);
            Matrix gradient = filled(kernels, arena, 0.01f);
            Matrix m = filled(kernels, arena, 0.001f);
            Matrix v = filled(kernels, arena, 0.0001f);
            AdamStep step = new AdamStep(1e-4, 0.9, 0.999, 1e-8, 0.01, 0.5, 0.5);
            long[] fastest = {Long.MAX_VALUE};
            PairedShare share = PairedShare.measure(
                    WARM_UPS, PAIRS, peaks.copiedBytesPerSecond(threads), (double) ADAM_ELEMENTS * ADAM_BYTES, () -> {
                        long start = System.nanoTime();
                        kernels.optimizers().adamW(value, gradient, m, v, step, 1);
                        long nanos = System.nanoTime() - start;
                        fastest[0] = Math.min(fastest[0], nanos);
                        return nanos;
                    });
            double rate = (double) ADAM_ELEMENTS * ADAM_BYTES * 1e9 / fastest[0];
            return new OffloadResult.Share(rate, share.limit(), share.median());
        }
    }

    private static Matrix filled(OffDeviceKernels kernels, TensorArena arena, float value) {
        int columns = 1 << 10;
        Matrix matrix = arena.matrix(DType.F32, ADAM_ELEMENTS / columns, columns);
        kernels.elements().fill(matrix, value);
        return matrix;
    }

    /// Reading as offloading does, of the best way to read this file.
    static OffloadResult.@Nullable Share disk(@Nullable Path file) throws IOException {
        if (file == null || Files.size(file) < LEAST_PROBED_BYTES) {
            return null;
        }
        DiskRate rate = new DiskProbe(DISK_TIME, DISK_ROUNDS).measureReading(file);
        return new OffloadResult.Share(
                rate.queue().bytesPerSecond(), rate.best().bytesPerSecond(), rate.share());
    }
}
