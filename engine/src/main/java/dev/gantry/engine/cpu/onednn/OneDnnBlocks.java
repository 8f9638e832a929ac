package dev.gantry.engine.cpu.onednn;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.matmul.BlockProducts;
import dev.gantry.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Small products by oneDNN's matrix tiles. Each shape keeps its primitive as long as the backend lives: asking the
/// cache would take longer than a small product.
final class OneDnnBlocks implements BlockProducts, AutoCloseable {
    private final PrimitiveCache cache;
    private final Map<Shape, MatmulPrimitive> primitives = new ConcurrentHashMap<>();

    OneDnnBlocks(PrimitiveCache cache) {
        this.cache = cache;
    }

    @Override
    public void multiply(int worker, Shape shape, MemorySegment a, MemorySegment right, MemorySegment c) {
        MatmulPrimitive primitive = primitives.get(shape);
        if (primitive == null) {
            primitive = primitives.computeIfAbsent(shape, this::borrow);
        }
        primitive.run(worker, a.address(), right.address(), 0, c.address());
    }

    private MatmulPrimitive borrow(Shape shape) {
        MatmulPrimitive primitive = cache.borrow(key(shape));
        if (primitive == null) {
            throw new IllegalStateException("oneDNN has matrix tiles but none for " + shape);
        }
        return primitive;
    }

    private static ProductKey key(Shape shape) {
        return new ProductKey(
                shape.layout(),
                shape.m(),
                shape.n(),
                shape.k(),
                DType.BF16,
                DType.BF16,
                DType.F32,
                shape.layout() == Layout.TN ? shape.m() : shape.k(),
                shape.layout() == Layout.NT ? shape.k() : shape.n(),
                shape.n(),
                ProductKey.Order.ROWS,
                shape.alpha(),
                ProductKey.Bias.NONE,
                shape.accumulate());
    }

    @Override
    public void close() {
        primitives.values().forEach(cache::giveBack);
        primitives.clear();
    }
}
