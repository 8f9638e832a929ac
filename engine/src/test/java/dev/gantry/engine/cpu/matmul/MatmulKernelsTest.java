package dev.gantry.engine.cpu.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every implementation against the scalar truth.
@Timeout(300)
class MatmulKernelsTest {
    private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 25, 33, 64, 65, 100, 129};
    private static final List<Layout> LAYOUTS = List.of(Layout.values());
    private static final List<DType> INPUTS = List.of(DType.F32, DType.BF16, DType.F16);

    static Stream<MatmulChoice> available() {
        return Stream.of(MatmulChoice.values())
                .filter(choice -> choice != MatmulChoice.ONEDNN || TestMachine.hasOneDnn());
    }

    @ParameterizedTest
    @MethodSource("available")
    void productsMatchTheScalarTruth_overOddSizes(MatmulChoice choice) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (CpuBackend backend = new CpuBackend(2, choice);
                WorkerPool pool = new WorkerPool(1)) {
            MatmulKernels truth = new ScalarMatmul(pool);
            for (int round = 0; round < 500; round++) {
                try (TensorArena arena = new TensorArena()) {
                    ProductCase product = random(random, arena, SIZES);
                    product.run(backend.matmul());
                    product.assertMatches(truth, "seed " + seed + " " + backend.description());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void largeProductsMatchTheScalarTruth_whenTilesHaveRims(MatmulChoice choice) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int[][] extents = {{300, 65, 70}, {17, 2000, 33}, {517, 129, 64}, {129, 517, 100}, {64, 64, 1000}, {8, 768, 517}
        };
        try (CpuBackend backend = new CpuBackend(2, choice);
                WorkerPool pool = new WorkerPool(2)) {
            MatmulKernels truth = new ScalarMatmul(pool);
            for (int[] e : extents) {
                for (Layout layout : Layout.values()) {
                    try (TensorArena arena = new TensorArena()) {
                        ProductCase product = ProductCase.random(
                                random, arena, layout, e[0], e[1], e[2], type(random), type(random), output(random), 5);
                        product.run(backend.matmul());
                        product.assertMatches(truth, "seed " + seed);
                    }
                }
            }
        }
    }

    /// Kernels for matrix tiles read whole tiles: what lies beyond a row must not get into the sums.
    @ParameterizedTest
    @MethodSource("available")
    void sumsTakeNothingFromBeyondTheRows_whateverTheDepth(MatmulChoice choice) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int[] depths = {1, 3, 8, 15, 17, 29, 31, 33, 45, 100, 285, 552};
        try (CpuBackend backend = new CpuBackend(2, choice);
                WorkerPool pool = new WorkerPool(2)) {
            MatmulKernels truth = new ScalarMatmul(pool);
            for (int depth : depths) {
                for (Layout layout : LAYOUTS) {
                    try (TensorArena arena = new TensorArena()) {
                        int rows = 32 + random.nextInt(60);
                        int gap = 1 + random.nextInt(70);
                        ProductCase product = ProductCase.random(
                                random, arena, layout, rows, 24, depth, DType.BF16, DType.BF16, DType.F32, gap);
                        product.run(backend.matmul());
                        product.assertMatches(truth, "seed " + seed);
                        if (layout != Layout.TN) {
                            product.runPacked(backend.matmul(), arena);
                            product.assertMatches(truth, "seed " + seed + " packed");
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void packedWeightsMatchTheScalarTruth(MatmulChoice choice) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (CpuBackend backend = new CpuBackend(2, choice);
                WorkerPool pool = new WorkerPool(1)) {
            MatmulKernels truth = new ScalarMatmul(pool);
            for (int round = 0; round < 200; round++) {
                try (TensorArena arena = new TensorArena()) {
                    Layout layout = random.nextBoolean() ? Layout.NN : Layout.NT;
                    ProductCase product = random(random, arena, layout, SIZES);
                    product.runPacked(backend.matmul(), arena);
                    product.assertMatches(truth, "seed " + seed + " packed");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void bitsDoNotDependOnTheNumberOfThreads(MatmulChoice choice) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int[] sizes = {1, 3, 8, 13, 40, 96, 200, 517};
        try (CpuBackend one = new CpuBackend(1, choice);
                CpuBackend two = new CpuBackend(2, choice);
                CpuBackend four = new CpuBackend(4, choice)) {
            for (int round = 0; round < (choice == MatmulChoice.SCALAR ? 10 : 60); round++) {
                try (TensorArena arena = new TensorArena()) {
                    ProductCase product = random(random, arena, sizes);
                    product.run(one.matmul());
                    byte[] expected = product.bits();
                    for (CpuBackend other : List.of(one, two, four)) {
                        product.run(other.matmul());
                        assertThat(Arrays.mismatch(expected, product.bits()))
                                .as("seed %d %s with %s", seed, product, other.description())
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(MatmulChoice.class)
    void extentsThatDoNotFit_areRefused(MatmulChoice choice) {
        if (choice == MatmulChoice.ONEDNN && !TestMachine.hasOneDnn()) {
            return;
        }
        try (CpuBackend backend = new CpuBackend(1, choice);
                TensorArena arena = new TensorArena()) {
            Matrix a = arena.matrix(DType.F32, 3, 4);
            Matrix b = arena.matrix(DType.F32, 5, 6);
            Matrix c = arena.matrix(DType.F32, 3, 5);
            assertThatThrownBy(() -> backend.matmul().multiply(Layout.NT, 1, a, b, null, c, Accumulate.OVERWRITE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[3, 4]")
                    .hasMessageContaining("[5, 6]");
            assertThatThrownBy(() -> backend.matmul().pack(Layout.TN, b, arena))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void emptySum_leavesTheBias_whenDepthIsZero(MatmulChoice choice) {
        SplittableRandom random = new SplittableRandom(1);
        try (CpuBackend backend = new CpuBackend(2, choice);
                WorkerPool pool = new WorkerPool(1);
                TensorArena arena = new TensorArena()) {
            for (Layout layout : Layout.values()) {
                ProductCase product =
                        ProductCase.random(random, arena, layout, 20, 30, 0, DType.F32, DType.F32, DType.F32, 1);
                product.run(backend.matmul());
                product.assertMatches(new ScalarMatmul(pool), "depth 0");
            }
        }
    }

    private static ProductCase random(SplittableRandom random, TensorArena arena, int[] sizes) {
        return random(random, arena, LAYOUTS.get(random.nextInt(3)), sizes);
    }

    private static ProductCase random(SplittableRandom random, TensorArena arena, Layout layout, int[] sizes) {
        return ProductCase.random(
                random,
                arena,
                layout,
                sizes[random.nextInt(sizes.length)],
                sizes[random.nextInt(sizes.length)],
                sizes[random.nextInt(sizes.length)],
                type(random),
                type(random),
                output(random),
                random.nextInt(3));
    }

    private static DType type(SplittableRandom random) {
        return INPUTS.get(random.nextInt(INPUTS.size()));
    }

    private static DType output(SplittableRandom random) {
        return random.nextBoolean() ? DType.F32 : DType.BF16;
    }
}
