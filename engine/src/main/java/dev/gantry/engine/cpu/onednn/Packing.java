package dev.gantry.engine.cpu.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.matmul.TileGrid;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Moves weights between rows and oneDNN's own order.
final class Packing {
    private static final int ARG_FROM = 1;
    private static final int ARG_TO = 17;

    private final OneDnnEngine engine;
    private final OneDnnLibrary library;

    Packing(OneDnnEngine engine) {
        this.engine = engine;
        library = engine.library();
    }

    /// @param sizes of the tiles that will be computed from these weights
    OneDnnWeights pack(Layout layout, Matrix weights, TileGrid.Sizes sizes, TensorArena arena) {
        int n = layout == Layout.NT ? weights.rows() : weights.columns();
        int k = layout == Layout.NT ? weights.columns() : weights.rows();
        DType type = weights.dtype();
        int block = TileGrid.columnBlock(layout, n, k, sizes);
        List<MemorySegment> slices = new ArrayList<>();
        for (int column = 0; column < n; column += block) {
            int columns = Math.min(block, n - column);
            long offset = layout == Layout.NT ? weights.offset(column, 0) : weights.offset(0, column);
            MemorySegment rows = engine.describe(k, columns, type, weights.rowStride(), layout == Layout.NT);
            MemorySegment packed = engine.describePacked(k, columns, type);
            MemorySegment slice = arena.allocateBytes(engine.bytes(packed));
            reorder(0, rows, weights.data().asSlice(offset), packed, slice);
            library.call("dnnl_memory_desc_destroy", packed);
            library.call("dnnl_memory_desc_destroy", rows);
            slices.add(slice);
        }
        return new OneDnnWeights(layout, type, k, n, block, List.copyOf(slices));
    }

    /// Writes one slice as rows of `[k, columns]`, `stride` elements apart.
    void unpack(OneDnnWeights weights, int firstColumn, int columns, int worker, MemorySegment to, long stride) {
        MemorySegment packed = engine.describePacked(weights.k(), columns, weights.dtype());
        MemorySegment rows = engine.describe(weights.k(), columns, weights.dtype(), stride, false);
        reorder(worker, packed, weights.slice(firstColumn), rows, to);
        library.call("dnnl_memory_desc_destroy", rows);
        library.call("dnnl_memory_desc_destroy", packed);
    }

    private void reorder(
            int worker,
            MemorySegment fromDescription,
            MemorySegment from,
            MemorySegment toDescription,
            MemorySegment to) {
        library.useCallingThreadAlone();
        MemorySegment descriptor = library.create(
                "dnnl_reorder_primitive_desc_create",
                fromDescription,
                engine.handle(),
                toDescription,
                engine.handle(),
                MemorySegment.NULL);
        MemorySegment primitive = library.create("dnnl_primitive_create", descriptor);
        MemorySegment fromMemory = library.create("dnnl_memory_create", fromDescription, engine.handle(), from);
        MemorySegment toMemory = library.create("dnnl_memory_create", toDescription, engine.handle(), to);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocate(32, 8);
            arguments.set(JAVA_INT, 0, ARG_FROM);
            arguments.set(ADDRESS, 8, fromMemory);
            arguments.set(JAVA_INT, 16, ARG_TO);
            arguments.set(ADDRESS, 24, toMemory);
            library.execute(primitive, engine.stream(worker), 2, arguments);
        } finally {
            library.call("dnnl_memory_destroy", toMemory);
            library.call("dnnl_memory_destroy", fromMemory);
            library.call("dnnl_primitive_destroy", primitive);
            library.call("dnnl_primitive_desc_destroy", descriptor);
        }
    }
}
