package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.matmul.ProductCase;
import dev.gantry.engine.cpu.matmul.ScalarMatmul;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Products on the host against the scalar truth.
class CudaMatmulTest {
    private static final int[] SIZES = {1, 2, 3, 5, 7, 8, 9, 16, 17, 33, 64, 65, 130};
    private static final List<Layout> LAYOUTS = List.of(Layout.values());
    private static final DType[] INPUTS = {DType.F32, DType.BF16, DType.F16};
    private static final DType[] OUTPUTS = {DType.F32, DType.BF16};

    private final HostCuda cuda = HostCuda.open();
    private final CudaBackend backend = cuda.backend();

    @AfterEach
    void close() {
        backend.close();
        cuda.close();
    }

    @Test
    void productsMatchTheScalarTruth_overOddSizes() {
        long seed = Long.getLong("gantry.seed", 20_261);
        System.out.println("productsMatchTheScalarTruth: -Dgantry.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (WorkerPool pool = new WorkerPool(1)) {
            MatmulKernels truth = new ScalarMatmul(pool);
            for (int round = 0; round < 120; round++) {
                try (TensorArena arena = cuda.arena()) {
                    Layout layout = LAYOUTS.get(round % LAYOUTS.size());
                    ProductCase product = ProductCase.random(
                            random,
                            arena,
                            layout,
                            size(random),
                            size(random),
                            size(random),
                            INPUTS[random.nextInt(INPUTS.length)],
                            INPUTS[random.nextInt(INPUTS.length)],
                            OUTPUTS[random.nextInt(OUTPUTS.length)],
                            random.nextInt(4));
                    product.run(backend.matmul());
                    byte[] once = product.bits();
                    product.assertMatches(truth, "seed " + seed + " round " + round);
                    cuda.reverse(round % 2 == 0);
                    product.run(backend.matmul());
                    assertThat(product.bits()).as("bits, round %d", round).isEqualTo(once);
                    if (layout != Layout.TN) {
                        product.runPacked(backend.matmul(), arena);
                        assertThat(product.bits()).as("packed, round %d", round).isEqualTo(once);
                    }
                }
            }
        }
    }

    /// Few rows of bf16 are read in 16 bytes where they begin on such, and bit by bit where not.
    @Test
    void fewRowsGiveTheSameBits_howeverTheirRowsBegin() {
        SplittableRandom random = new SplittableRandom(7);
        try (WorkerPool pool = new WorkerPool(1)) {
            MatmulKernels truth = new ScalarMatmul(pool);
            for (int k : new int[] {8, 31, 264, 1000}) {
                for (int gap : new int[] {0, 1, 8}) {
                    try (TensorArena arena = cuda.arena()) {
                        ProductCase product = ProductCase.random(
                                random, arena, Layout.NT, 3, 19, k, DType.BF16, DType.BF16, DType.F32, gap);
                        product.run(backend.matmul());
                        product.assertMatches(truth, "k " + k + " gap " + gap);
                    }
                }
            }
        }
    }

    private static int size(SplittableRandom random) {
        return SIZES[random.nextInt(SIZES.length)];
    }
}
