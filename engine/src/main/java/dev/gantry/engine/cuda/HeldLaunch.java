package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A launch that was asked for, with its parameters, in memory that serves for another one later.
final class HeldLaunch {
    /// Of `CUDA_KERNEL_NODE_PARAMS_v2`.
    static final int NODE_BYTES = 72;

    private final Arena arena;
    private String kernel = "";
    private MemorySegment function = MemorySegment.NULL;
    private Grid grid = Grid.overItems(0);
    private MemorySegment room = MemorySegment.NULL;
    private MemorySegment values = MemorySegment.NULL;
    private MemorySegment pointers = MemorySegment.NULL;

    HeldLaunch(Arena arena) {
        this.arena = arena;
    }

    /// @param parameters copied
    /// @param places a pointer to each of them
    void set(String name, MemorySegment kernelFunction, Grid blocks, MemorySegment parameters, MemorySegment places) {
        kernel = name;
        function = kernelFunction;
        grid = blocks;
        long behind = Math.ceilDiv(parameters.byteSize(), ADDRESS.byteSize()) * ADDRESS.byteSize();
        if (behind + places.byteSize() > room.byteSize()) {
            room = arena.allocate(behind + places.byteSize(), 16);
        }
        values = room.asSlice(0, parameters.byteSize()).copyFrom(parameters);
        pointers = room.asSlice(behind, places.byteSize());
        long moved = values.address() - parameters.address();
        for (long at = 0; at < places.byteSize(); at += JAVA_LONG.byteSize()) {
            pointers.set(JAVA_LONG, at, places.get(JAVA_LONG, at) + moved);
        }
    }

    /// Whether it is of the same kernel, and so differs in numbers alone.
    boolean hasKernelOf(HeldLaunch other) {
        return function.equals(other.function);
    }

    boolean isSameAs(HeldLaunch other) {
        return hasKernelOf(other) && grid.equals(other.grid) && values.mismatch(other.values) < 0;
    }

    void launch(CudaDriver driver, MemorySegment stream) {
        driver.launch(kernel, function, grid, stream, pointers);
    }

    /// Writes it down as a node of a graph.
    ///
    /// @param node of {@link #NODE_BYTES}; holds until this is set anew
    void describe(MemorySegment node) {
        node.fill((byte) 0);
        node.set(ADDRESS, 0, function);
        int[] extents = {grid.x(), grid.y(), grid.z(), grid.blockX(), grid.blockY(), 1, grid.sharedBytes()};
        MemorySegment.copy(extents, 0, node, JAVA_INT, 8, extents.length);
        node.set(ADDRESS, 40, pointers);
    }
}
