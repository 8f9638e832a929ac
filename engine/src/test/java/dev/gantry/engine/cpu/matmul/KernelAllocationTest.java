package dev.gantry.engine.cpu.matmul;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A vector that escapes its method becomes an object for every element; these tests see it at once.
@Timeout(120)
class KernelAllocationTest {
    private static final int WARM_UP = 1_000;
    /// How long the compiler may take on a machine that is busy with other things.
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final int CALLS = 200;
    /// The description of a product and its tiles, whatever its extents.
    private static final long BYTES_OF_A_CALL = 2_048;

    @Test
    void dotKernelsAllocateNothing() {
        try (TensorArena arena = new TensorArena()) {
            Matrix w = arena.matrix(DType.F32, 2, 515);
            float[] x = new float[2 * 515];
            float[] lanes = new float[64 * DotKernels.LANES];
            float[] sums = new float[64];
            long second = w.offset(1, 0);
            assertThat(bytesOf(() -> DotKernels.f32(w.data(), 0, second, x, 0, 515, lanes, 0, DotKernels.LANES), 0))
                    .isZero();
            assertThat(bytesOf(
                            () -> DotKernels.f32x2(
                                    w.data(), 0, second, x, 0, 515, lanes, 0, DotKernels.LANES, 2 * DotKernels.LANES),
                            0))
                    .isZero();
            assertThat(bytesOf(
                            () -> DotKernels.bf16(
                                    w.data(), 0, 4 * 515, 2, w.data().address(), 515, lanes),
                            0))
                    .isZero();
            assertThat(bytesOf(() -> DotKernels.fold(lanes, 0, 64, sums, 0), 0)).isZero();
        }
    }

    @Test
    void axpyKernelsAllocateNothing() {
        try (TensorArena arena = new TensorArena()) {
            Matrix w = arena.matrix(DType.F32, 4, 515);
            float[] x = new float[4];
            float[] y = new float[515];
            assertThat(bytesOf(() -> AxpyKernels.f32(w.data(), 0, 4L * 515, x, 0, 1, y, 0, 515), 0))
                    .isZero();
            assertThat(bytesOf(() -> AxpyKernels.bf16(w.data(), 0, 2L * 515, x, 0, 1, y, 0, 515), 0))
                    .isZero();
        }
    }

    @Test
    void microKernelAllocatesNothing() {
        float[] a = new float[MicroKernel.ROWS * 64];
        float[] b = new float[MicroKernel.COLUMNS * 64];
        float[] sums = new float[MicroKernel.ROWS * MicroKernel.COLUMNS];
        assertThat(bytesOf(() -> MicroKernel.multiply(a, 0, b, 0, 64, sums), 0)).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = MatmulChoice.class,
            names = {"VECTOR", "AUTO"})
    void wholeProductsAllocateOnlyTheirDescription(MatmulChoice choice) {
        try (TensorArena arena = new TensorArena();
                CpuBackend backend = new CpuBackend(1, choice)) {
            for (DType weights : new DType[] {DType.F32, DType.BF16, DType.F16}) {
                for (Layout layout : new Layout[] {Layout.NN, Layout.NT}) {
                    for (int rows : new int[] {1, 40}) {
                        Matrix a = arena.matrix(DType.F32, rows, 64);
                        Matrix b = arena.matrix(weights, 64, 64);
                        Matrix c = arena.matrix(DType.F32, rows, 64);
                        long bytes = bytesOf(
                                () -> backend.matmul().multiply(layout, 1, a, b, null, c, Accumulate.OVERWRITE),
                                BYTES_OF_A_CALL - 1);
                        assertThat(bytes / CALLS)
                                .as("%s %s, %d rows, %s", backend.description(), layout, rows, weights)
                                .isLessThan(BYTES_OF_A_CALL);
                    }
                }
            }
        }
    }

    /// Bytes of so many calls once the kernel is compiled, which a busy machine may take its time for.
    private static long bytesOf(Runnable kernel, long allowed) {
        long fewest = Long.MAX_VALUE;
        long start = System.nanoTime();
        while (fewest > allowed * CALLS && System.nanoTime() - start < PATIENCE_NANOS) {
            for (int i = 0; i < WARM_UP; i++) {
                kernel.run();
            }
            fewest = Math.min(fewest, bytesNow(kernel));
        }
        return fewest;
    }

    private static long bytesNow(Runnable kernel) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            kernel.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
