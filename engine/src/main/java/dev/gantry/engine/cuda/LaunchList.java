package dev.gantry.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Launches in the order in which they were asked for. Its memory serves again and again, and is taken when there are
/// more of them than ever before.
final class LaunchList implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final List<HeldLaunch> launches = new ArrayList<>();
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    HeldLaunch get(int index) {
        return launches.get(index);
    }

    void add(String kernel, MemorySegment function, Grid grid, MemorySegment values, MemorySegment pointers) {
        if (size == launches.size()) {
            launches.add(new HeldLaunch(arena));
        }
        launches.get(size++).set(kernel, function, grid, values, pointers);
    }

    /// Whether both are the same kernels in the same order, and so differ in numbers alone.
    boolean hasKernelsOf(LaunchList other) {
        if (size != other.size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (!get(i).hasKernelOf(other.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// Enqueues them one by one.
    void launch(CudaDriver driver, MemorySegment stream) {
        for (int i = 0; i < size; i++) {
            get(i).launch(driver, stream);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
