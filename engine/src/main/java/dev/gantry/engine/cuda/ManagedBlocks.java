package dev.gantry.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/// Blocks of memory that card and host both reach, by address.
final class ManagedBlocks {
    private final ConcurrentSkipListMap<Long, Long> ends = new ConcurrentSkipListMap<>();

    void add(MemorySegment block) {
        ends.put(block.address(), block.address() + block.byteSize());
    }

    void remove(MemorySegment block) {
        ends.remove(block.address());
    }

    boolean hold(MemorySegment segment) {
        Map.Entry<Long, Long> below = ends.floorEntry(segment.address());
        return below != null && segment.address() < below.getValue();
    }
}
