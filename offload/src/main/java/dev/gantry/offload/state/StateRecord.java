package dev.gantry.offload.state;

import java.lang.foreign.MemorySegment;

/// The values of one record, in memory that belongs to whoever took it until it is given back.
public final class StateRecord {
    private final int index;
    private final StateLayout layout;
    private final MemorySegment memory;

    StateRecord(int index, StateLayout layout, MemorySegment memory) {
        this.index = index;
        this.layout = layout;
        this.memory = memory;
    }

    /// Which record of the file it is.
    public int index() {
        return index;
    }

    /// The bytes of one of its arrays of f32, such as 0 for Adam's master, 1 and 2 for its moments.
    public MemorySegment array(int array) {
        if (array < 0 || array >= layout.arrays()) {
            throw new IllegalArgumentException("array " + array + " of " + layout.arrays());
        }
        return memory.asSlice(array * layout.arrayBytes(), layout.elements() * Float.BYTES);
    }

    MemorySegment memory() {
        return memory;
    }
}
