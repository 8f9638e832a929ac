package dev.gantry.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.matmul.ScalarMatmul;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Matrix products: every layout, odd extents, slices, every storage type, packed weights.
@Timeout(300)
public abstract class ProductsContract extends KernelContract {
    protected static final List<Layout> LAYOUTS = List.of(Layout.values());
    private static final List<DType> TYPES = List.of(DType.F32, DType.BF16, DType.F16);

    /// The implementation.
    protected final MatmulKernels products = kernels.matmul();

    protected final SplittableRandom random;
    private final String seed = "seed " + Long.getLong("gantry.seed", 20_261);
    private final WorkerPool pool = new WorkerPool(2);
    protected final MatmulKernels truth = new ScalarMatmul(pool);
    private final int rounds;
    private final int[] sizes;

    /// @param rounds of random products
    /// @param sizes their extents
    protected ProductsContract(Subject subject, int rounds, int... sizes) {
        super(subject);
        this.rounds = rounds;
        this.sizes = sizes;
        random = new SplittableRandom(Long.getLong("gantry.seed", 20_261));
        System.out.println(getClass().getSimpleName() + ": -Dgantry.seed=" + Long.getLong("gantry.seed", 20_261) + ", "
                + kernels.description());
    }

    @AfterEach
    final void closePool() {
        pool.close();
    }

    /// Whether weights are packed as they are, and so multiply to the same bits.
    protected boolean packsPlainly() {
        return false;
    }

    @Test
    void productsMatchTheScalarTruth_overOddSizes_inEveryOrderOfThreads() {
        for (int round = 0; round < rounds; round++) {
            try (TensorArena arena = subject.arena()) {
                ProductCase product = random(arena, LAYOUTS.get(random.nextInt(LAYOUTS.size())), sizes);
                product.run(products);
                byte[] once = product.bits();
                product.assertMatches(truth, seed);
                if (round % 2 == 0) {
                    subject.inAnotherOrder(other -> product.run(other.matmul()));
                    assertThat(product.bits()).as("%s %s", seed, product).isEqualTo(once);
                }
            }
        }
    }

    @Test
    void largeProductsMatchTheScalarTruth_whenTilesHaveRims() {
        int[][] extents = {{300, 65, 70}, {17, 2000, 33}, {517, 129, 64}, {129, 517, 100}, {64, 64, 1000}, {8, 768, 517}
        };
        for (int[] e : extents) {
            for (Layout layout : LAYOUTS) {
                try (TensorArena arena = subject.arena()) {
                    ProductCase product =
                            ProductCase.random(random, arena, layout, e[0], e[1], e[2], input(), input(), output(), 5);
                    product.run(products);
                    product.assertMatches(truth, seed);
                }
            }
        }
    }

    /// Kernels for matrix tiles read whole tiles: what lies beyond a row must not get into the sums.
    @Test
    void sumsTakeNothingFromBeyondTheRows_whateverTheDepth() {
        for (int depth : new int[] {1, 3, 8, 15, 17, 29, 31, 33, 45, 100, 285, 552}) {
            for (Layout layout : LAYOUTS) {
                try (TensorArena arena = subject.arena()) {
                    int rows = 32 + random.nextInt(60);
                    int gap = 1 + random.nextInt(70);
                    ProductCase product = ProductCase.random(
                            random, arena, layout, rows, 24, depth, DType.BF16, DType.BF16, DType.F32, gap);
                    product.run(products);
                    product.assertMatches(truth, seed);
                    if (layout != Layout.TN) {
                        product.runPacked(products, arena);
                        product.assertMatches(truth, seed + " packed");
                    }
                }
            }
        }
    }

    @Test
    void packedWeightsMatchTheScalarTruth() {
        for (int round = 0; round < rounds / 2; round++) {
            try (TensorArena arena = subject.arena()) {
                ProductCase product = random(arena, random.nextBoolean() ? Layout.NN : Layout.NT, sizes);
                product.run(products);
                byte[] plain = product.bits();
                product.runPacked(products, arena);
                if (packsPlainly()) {
                    assertThat(product.bits()).as("%s %s", seed, product).isEqualTo(plain);
                }
                product.assertMatches(truth, seed + " packed");
            }
        }
    }

    @Test
    void extentsThatDoNotFit_areRefused() {
        try (TensorArena arena = subject.arena()) {
            Matrix a = arena.matrix(DType.F32, 3, 4);
            Matrix b = arena.matrix(DType.F32, 5, 6);
            Matrix c = arena.matrix(DType.F32, 3, 5);
            assertThatThrownBy(() -> products.multiply(Layout.NT, 1, a, b, null, c, Accumulate.OVERWRITE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[3, 4]")
                    .hasMessageContaining("[5, 6]");
            assertThatThrownBy(() -> products.pack(Layout.TN, b, arena)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void emptySum_leavesTheBias_whenDepthIsZero() {
        try (TensorArena arena = subject.arena()) {
            for (Layout layout : LAYOUTS) {
                ProductCase product =
                        ProductCase.random(random, arena, layout, 20, 30, 0, DType.F32, DType.F32, DType.F32, 1);
                product.run(products);
                product.assertMatches(truth, "depth 0");
            }
        }
    }

    protected final ProductCase random(TensorArena arena, Layout layout, int... extents) {
        int m = extents[random.nextInt(extents.length)];
        int n = extents[random.nextInt(extents.length)];
        int k = extents[random.nextInt(extents.length)];
        return ProductCase.random(random, arena, layout, m, n, k, input(), input(), output(), random.nextInt(4));
    }

    private DType input() {
        return TYPES.get(random.nextInt(TYPES.size()));
    }

    private DType output() {
        return TYPES.get(random.nextInt(TYPES.size()));
    }
}
