package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory of one worker that grows to the largest size ever asked for.
public final class Scratch implements AutoCloseable {
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = MemorySegment.NULL;

    public MemorySegment atLeast(long bytes) {
        if (memory.byteSize() < bytes) {
            arena.close();
            arena = Arena.ofShared();
            memory = arena.allocate(bytes, TensorArena.ALIGNMENT_BYTES);
        }
        return memory;
    }

    @Override
    public void close() {
        arena.close();
    }
}
