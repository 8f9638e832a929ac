package dev.gantry.engine.cpu.onednn;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.matmul.BlockProducts;
import dev.gantry.engine.cpu.matmul.Extents;
import dev.gantry.engine.cpu.matmul.PlainWeights;
import dev.gantry.engine.cpu.onednn.ProductCall.Packed;
import dev.gantry.engine.cpu.onednn.ProductCall.Right;
import dev.gantry.engine.cpu.onednn.ProductCall.Rows;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Matrix products by oneDNN, one single-threaded primitive a tile.
public final class OneDnnMatmul implements MatmulKernels, AutoCloseable {
    /// Depth of a slice of a deep f32 product: 256 rows of it take half a megabyte.
    private static final int DEPTH_SLICE = 512;

    private final WorkerPool pool;
    private final MatmulKernels fallback;
    private final OneDnnEngine engine;
    private final PrimitiveCache cache;
    private final Packing packing;
    private final WorkerMemory[] memories;
    private final ProductTypes types;
    private final OneDnnBlocks blocks;

    /// @param fallback multiplies what oneDNN has no fast kernel for
    /// @throws OneDnnUnavailableException when oneDNN cannot be loaded or does not know this processor
    public OneDnnMatmul(WorkerPool pool, MatmulKernels fallback) {
        this.pool = pool;
        this.fallback = fallback;
        engine = new OneDnnEngine(new OneDnnLibrary(NativeLibraries.unpacked()), pool.threads());
        cache = new PrimitiveCache(engine);
        packing = new Packing(engine);
        blocks = new OneDnnBlocks(cache);
        memories = new WorkerMemory[pool.threads()];
        for (int i = 0; i < memories.length; i++) {
            memories[i] = new WorkerMemory();
        }
        if (probe(DType.F32) == null) {
            close();
            throw new OneDnnUnavailableException("oneDNN has no fast f32 kernel for this processor");
        }
        types = types();
    }

    private ProductTypes types() {
        String bf16 = probe(DType.BF16);
        Set<DType> besideF32 = Stream.of(DType.F32, DType.BF16, DType.F16)
                .filter(type -> probe(DType.F32, type) != null)
                .collect(Collectors.toUnmodifiableSet());
        return new ProductTypes(besideF32, bf16 != null, bf16 != null && bf16.contains("amx"));
    }

    /// Name of oneDNN's kernel for a small product of this type, or null when there is no fast one.
    public @Nullable String probe(DType type) {
        return probe(type, type);
    }

    private @Nullable String probe(DType left, DType right) {
        ProductKey key = new ProductKey(
                Layout.NN,
                64,
                64,
                64,
                left,
                right,
                DType.F32,
                64,
                64,
                64,
                ProductKey.Order.ROWS,
                1,
                ProductKey.Bias.NONE,
                Accumulate.OVERWRITE);
        MatmulPrimitive primitive = cache.borrow(key);
        if (primitive == null) {
            return null;
        }
        String name = primitive.implementationName();
        cache.giveBack(primitive);
        return name;
    }

    @Override
    public void multiply(
            Layout layout, float alpha, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        Extents extents = Extents.of(layout, a, b, bias, c);
        if (isTooDeep(layout, a, b, c)) {
            multiplyInSlices(alpha, a, b, bias, c, accumulate);
        } else if (!run(layout, alpha, a, new Rows(b), bias, c, accumulate, extents)) {
            fallback.multiply(layout, alpha, a, b, bias, c, accumulate);
        }
    }

    /// Whether a tile's left factor would leave the second-level cache between two tiles of columns, as that of f32
    /// does.
    private static boolean isTooDeep(Layout layout, Matrix a, Matrix b, Matrix c) {
        boolean multipliesF32 = a.dtype() != DType.BF16 || b.dtype() != DType.BF16;
        return layout == Layout.NN && multipliesF32 && c.dtype() == DType.F32 && a.columns() >= 2 * DEPTH_SLICE;
    }

    /// Adds up the products of slices of the depth, a quarter faster than the whole depth at once.
    private void multiplyInSlices(
            float alpha, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        for (int from = 0; from < a.columns(); from += DEPTH_SLICE) {
            int depth = Math.min(DEPTH_SLICE, a.columns() - from);
            Matrix left = a.columns(from, depth);
            Matrix right = b.rows(from, depth);
            boolean isFirst = from == 0;
            multiply(Layout.NN, alpha, left, right, isFirst ? bias : null, c, isFirst ? accumulate : Accumulate.ADD);
        }
    }

    /// False when oneDNN lacks a kernel; then nothing was written.
    private boolean run(
            Layout layout,
            float alpha,
            Matrix a,
            Right right,
            @Nullable Matrix bias,
            Matrix c,
            Accumulate accumulate,
            Extents extents) {
        boolean isEmpty = extents.m() == 0 || extents.n() == 0 || extents.k() == 0;
        boolean scalesBelowBias = alpha != 1 && bias != null; // oneDNN adds the bias first
        if (isEmpty || scalesBelowBias) {
            return false;
        }
        ProductCall call = new ProductCall(layout, alpha, a, right, bias, c, accumulate, extents);
        try (Product product = new Product(call, cache, packing, memories, types)) {
            if (!product.borrowPrimitives()) {
                return false;
            }
            pool.parallel(product.tiles(), product);
            return true;
        }
    }

    /// Small products in matrix tiles; null on a processor without them.
    public @Nullable BlockProducts tiles() {
        return types.hasTileKernels() ? blocks : null;
    }

    /// Weights of f32 and bf16 go into oneDNN's order; f16 ones stay in rows, for it reads them well there.
    @Override
    public PackedWeights pack(Layout layout, Matrix weights, TensorArena arena) {
        PlainWeights.requireRightOperand(layout);
        Extents.requireFloating(weights);
        boolean packs = weights.dtype() != DType.F16 && weights.elements() > 0 && probe(weights.dtype()) != null;
        return packs
                ? packing.pack(layout, weights, types.sizes(weights.dtype()), arena)
                : PlainWeights.copyOf(layout, weights, arena);
    }

    @Override
    public void multiply(
            float alpha, Matrix a, PackedWeights weights, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        switch (weights) {
            case PlainWeights plain -> multiply(plain.layout(), alpha, a, plain.matrix(), bias, c, accumulate);
            case OneDnnWeights packed -> multiplyPacked(alpha, a, packed, bias, c, accumulate);
            default -> throw new IllegalArgumentException("weights packed by another backend: " + weights.getClass());
        }
    }

    private void multiplyPacked(
            float alpha, Matrix a, OneDnnWeights weights, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        Extents extents = Extents.of(a, weights.k(), weights.n(), bias, c);
        if (run(weights.layout(), alpha, a, new Packed(weights), bias, c, accumulate, extents)) {
            return;
        }
        try (TensorArena arena = new TensorArena()) {
            Matrix rows = arena.matrix(weights.dtype(), weights.k(), weights.n());
            for (int column = 0; column < weights.n(); column += weights.columnBlock()) {
                int columns = Math.min(weights.columnBlock(), weights.n() - column);
                packing.unpack(weights, column, columns, 0, rows.data().asSlice(rows.offset(0, column)), weights.n());
            }
            fallback.multiply(Layout.NN, alpha, a, rows, bias, c, accumulate);
        }
    }

    @Override
    public void close() {
        blocks.close();
        cache.close();
        for (WorkerMemory memory : memories) {
            memory.close();
        }
        engine.close();
    }
}
