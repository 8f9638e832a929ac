package dev.gantry.engine.cpu.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.AttentionContract;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ForwardingBackend;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.backend.Subject;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.matmul.BlockProducts;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Attention in matrix tiles, its products by plain loops: so it runs on any processor. Weights and gradients of scores
/// are bf16 on their way into the next product.
class TiledAttentionTest extends AttentionContract {
    private static final List<Packed> WHERE_TILES_PAY = List.of(
            bf16(2, 2, 64, 0, false, "48"),
            bf16(2, 2, 64, 0, false, "300"),
            bf16(4, 2, 32, 0, false, "24 1 63"),
            bf16(3, 1, 40, 5, false, "70 65"),
            bf16(2, 2, 64, 64, false, "200"),
            bf16(2, 1, 33, 100, true, "130"),
            bf16(4, 4, 80, 0, true, "64 128"),
            bf16(1, 1, 32, 0, true, "1100"),
            bf16(1, 1, 32, 700, false, "1100"),
            bf16(2, 1, 128, 0, false, "129"));
    private static final List<Packed> WHERE_NOT =
            List.of(bf16(2, 1, 128, 0, false, "40 47"), bf16(2, 1, 16, 0, false, "200"));

    TiledAttentionTest() {
        super(new Tiled(), WHERE_TILES_PAY, List.of());
    }

    private static Packed bf16(int heads, int kvHeads, int headDim, int window, boolean alibi, String lengths) {
        return new Packed(heads, kvHeads, headDim, window, alibi, DType.BF16, lengths);
    }

    @Override
    protected void compare(Packed shape) {
        AtomicInteger products = ((Tiled) subject).products;
        products.set(0);
        super.compare(shape);
        assertThat(products.get() > 0).as("tiles pay").isEqualTo(WHERE_TILES_PAY.contains(shape));
    }

    @TestFactory
    Stream<DynamicTest> equalsScalar_whereTilesDoNotPay() {
        return WHERE_NOT.stream().map(each -> DynamicTest.dynamicTest(each.toString(), () -> compare(each)));
    }

    /// Vector kernels with attention in tiles.
    private static final class Tiled implements Subject {
        private final AtomicInteger products = new AtomicInteger();
        private final CpuBackend host = new CpuBackend(2, MatmulChoice.VECTOR);
        private final WorkerPool pool = new WorkerPool(2);
        private final KernelSet tiled = VectorKernels.on(pool, this::multiply);

        @Override
        public Backend backend() {
            return with(tiled);
        }

        private Backend with(KernelSet kernels) {
            return new ForwardingBackend(host) {
                @Override
                public AttentionKernels attention() {
                    return kernels.attention();
                }
            };
        }

        @Override
        public void inAnotherOrder(Consumer<Backend> kernels) {
            try (WorkerPool three = new WorkerPool(3);
                    KernelSet other = VectorKernels.on(three, this::multiply)) {
                kernels.accept(with(other));
            }
        }

        @Override
        public TensorArena arena() {
            return new TensorArena();
        }

        @Override
        public void close() {
            tiled.close();
            pool.close();
            host.close();
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
}
