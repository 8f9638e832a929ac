package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Close.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.cpu.kernels.vector.VectorAttentionTest.Problem;
import dev.gantry.engine.cpu.matmul.BlockProducts;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention in matrix tiles against scalar truth, its products by plain loops: so it runs on any processor.
class TiledAttentionTest {
    private final AtomicInteger products = new AtomicInteger();
    private final WorkerPool pool = new WorkerPool(2);
    private final KernelSet tiled = VectorKernels.on(pool, this::multiply);
    private final KernelSet scalar = KernelSet.scalar();

    @AfterEach
    void close() {
        tiled.close();
        pool.close();
    }

    /// heads, kv heads, head dim, window, ALiBi, lengths of the segments; whether tiles pay.
    @ParameterizedTest
    @CsvSource({
        "2, 2, 64, 0, false, 48, true",
        "2, 2, 64, 0, false, 300, true",
        "4, 2, 32, 0, false, 24 1 63, true",
        "3, 1, 40, 5, false, 70 65, true",
        "2, 2, 64, 64, false, 200, true",
        "2, 1, 33, 100, true, 130, true",
        "4, 4, 80, 0, true, 64 128, true",
        "1, 1, 32, 0, true, 1100, true",
        "1, 1, 32, 700, false, 1100, true",
        "2, 1, 128, 0, false, 129, true",
        "2, 1, 128, 0, false, 40 47, false",
        "2, 1, 16, 0, false, 200, false"
    })
    void forwardAndBackwardEqualScalar(
            int heads, int kvHeads, int headDim, int window, boolean alibi, String lengths, boolean pays) {
        try (RandomMatrices make = new RandomMatrices("forwardAndBackwardEqualScalar")) {
            float[] slopes = new float[heads];
            for (int h = 0; h < heads; h++) {
                slopes[h] = (float) Math.pow(2, -h - 1);
            }
            AttentionBias bias = new AttentionBias((float) (1 / Math.sqrt(headDim)), window, alibi ? slopes : null);
            Segments segments = Segments.packed(Arrays.stream(lengths.split(" "))
                    .mapToInt(Integer::parseInt)
                    .toArray());
            Problem problem = Problem.random(make, bias, segments, heads, kvHeads, headDim, DType.BF16);
            Matrix[] actual = problem.run(make, tiled);
            assertEquals(pays, products.get() > 0);
            Matrix[] expected = problem.run(make, scalar);
            String[] names = {"out", "logSumExp", "dq", "dk|dv"};
            for (int i = 0; i < names.length; i++) {
                // weights and gradients of scores are bf16 on their way into the next product
                double tolerance = names[i].equals("logSumExp") ? 1e-5 : 1e-2;
                assertClose(names[i], actual[i], expected[i], tolerance, tolerance * (1 + Close.largest(expected[i])));
            }
        }
    }

    private void multiply(
            int worker, BlockProducts.Shape shape, MemorySegment a, MemorySegment right, MemorySegment c) {
        products.incrementAndGet();
        boolean transposedLeft = shape.layout() == Layout.TN;
        boolean transposedRight = shape.layout() == Layout.NT;
        for (int i = 0; i < shape.m(); i++) {
            for (int j = 0; j < shape.n(); j++) {
                double sum = 0;
                for (int k = 0; k < shape.k(); k++) {
                    sum += (double) bf16(a, transposedLeft ? k * shape.m() + i : i * shape.k() + k)
                            * bf16(right, transposedRight ? j * shape.k() + k : k * shape.n() + j);
                }
                long at = 4L * (i * shape.n() + j);
                float before = shape.accumulate() == Accumulate.ADD ? f32(c, at) : 0;
                c.set(ValueLayout.JAVA_FLOAT, at, (float) (shape.alpha() * sum) + before);
            }
        }
    }

    private static float f32(MemorySegment memory, long at) {
        return memory.get(ValueLayout.JAVA_FLOAT, at);
    }

    private static float bf16(MemorySegment memory, int index) {
        return Float.intBitsToFloat(memory.get(ValueLayout.JAVA_SHORT, 2L * index) << 16);
    }
}
