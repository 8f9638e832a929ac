package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.GroupFormat;
import dev.gantry.engine.tensor.GroupedMatrix;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Enqueues kernels on one stream: arguments are laid out one after the other as `common.cuh` declares them, in memory
/// that is taken once. For one thread.
final class Launcher implements AutoCloseable {
    /// The driver's limit for all parameters of a kernel.
    private static final int VALUE_BYTES = 4096;
    private static final int MOST_PARAMETERS = 32;
    private static final int MATRIX_BYTES = 32;
    private static final int HEADS_BYTES = 48;
    private static final int GROUPED_BYTES = 48;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment values = arena.allocate(VALUE_BYTES, 16);
    private final MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, MOST_PARAMETERS);
    private final CudaStream stream;
    private final KernelModules modules;
    private Family family = Family.ELEMENTS;
    private String name = "";
    private int used;
    private int parameters;

    Launcher(CudaStream stream, KernelModules modules) {
        this.stream = stream;
        this.modules = modules;
    }

    CudaStream stream() {
        return stream;
    }

    /// Begins a launch: then its parameters in order, then {@link #run}.
    ///
    /// @param kernel its name after the family's
    Launcher kernel(Family family, String kernel) {
        this.family = family;
        name = family.prefix() + kernel;
        used = 0;
        parameters = 0;
        return this;
    }

    Launcher number(int value) {
        values.set(ValueLayout.JAVA_INT, parameter(Integer.BYTES, Integer.BYTES), value);
        return this;
    }

    Launcher flag(boolean value) {
        return number(value ? 1 : 0);
    }

    Launcher number(long value) {
        values.set(ValueLayout.JAVA_LONG, parameter(Long.BYTES, Long.BYTES), value);
        return this;
    }

    Launcher number(float value) {
        values.set(ValueLayout.JAVA_FLOAT, parameter(Float.BYTES, Float.BYTES), value);
        return this;
    }

    /// An address that the card can reach.
    Launcher address(long value) {
        return number(value);
    }

    /// Where a row of I32 lies: ids, labels, positions.
    Launcher integers(Matrix row) {
        if (row.dtype() != DType.I32) {
            throw new IllegalArgumentException("ids, positions and labels are I32, not " + row.dtype());
        }
        return address(row.data().address());
    }

    /// A view of floating-point values; null is one without data.
    Launcher matrix(@Nullable Matrix m) {
        put(m, parameter(MATRIX_BYTES, Long.BYTES));
        return this;
    }

    Launcher heads(Heads heads) {
        int at = parameter(HEADS_BYTES, Long.BYTES);
        put(heads.matrix(), at);
        int[] numbers = {heads.firstColumn(), heads.headStride(), heads.heads(), heads.headDim()};
        MemorySegment.copy(numbers, 0, values, ValueLayout.JAVA_INT, at + MATRIX_BYTES, numbers.length);
        return this;
    }

    Launcher grouped(GroupedMatrix m) {
        MemorySegment view = values.asSlice(parameter(GROUPED_BYTES, Long.BYTES), GROUPED_BYTES);
        view.set(ValueLayout.JAVA_LONG, 0, m.codes().address());
        view.set(ValueLayout.JAVA_LONG, 8, m.rowBytes());
        view.set(ValueLayout.JAVA_LONG, 16, m.scales().data().address());
        view.set(ValueLayout.JAVA_LONG, 24, m.scales().rowStride());
        view.set(ValueLayout.JAVA_INT, 32, m.rows());
        view.set(ValueLayout.JAVA_INT, 36, m.columns());
        view.set(ValueLayout.JAVA_INT, 40, number(m.format()));
        return this;
    }

    /// A structure of 4-byte fields, for the caller to fill.
    MemorySegment structure(int bytes) {
        return structure(bytes, Integer.BYTES);
    }

    /// A structure whose widest field has so many bytes.
    MemorySegment structure(int bytes, int alignment) {
        return values.asSlice(parameter(bytes, alignment), bytes);
    }

    /// A structure of floats.
    Launcher floats(float... fields) {
        int at = parameter(fields.length * Float.BYTES, Float.BYTES);
        MemorySegment.copy(fields, 0, values, ValueLayout.JAVA_FLOAT, at, fields.length);
        return this;
    }

    /// Enqueues the kernel; nothing happens where there is nothing to do.
    void run(Grid grid) {
        if (grid.isEmpty()) {
            return;
        }
        MemorySegment function = modules.function(family, name);
        long pointerBytes = parameters * ValueLayout.ADDRESS.byteSize();
        stream.launch(name, function, grid, values.asSlice(0, used), pointers.asSlice(0, pointerBytes));
    }

    private void put(@Nullable Matrix m, int at) {
        MemorySegment view = values.asSlice(at, MATRIX_BYTES).fill((byte) 0);
        if (m != null) {
            view.set(ValueLayout.JAVA_LONG, 0, m.data().address());
            view.set(ValueLayout.JAVA_LONG, 8, m.rowStride());
            view.set(ValueLayout.JAVA_INT, 16, m.rows());
            view.set(ValueLayout.JAVA_INT, 20, m.columns());
            view.set(ValueLayout.JAVA_INT, 24, number(m.dtype()));
        }
    }

    private static int number(GroupFormat format) {
        return switch (format) {
            case INT8 -> 0;
            case NF4 -> 1;
        };
    }

    private static int number(DType dtype) {
        return switch (dtype) {
            case F32 -> 0;
            case BF16 -> 1;
            case F16 -> 2;
            case F64, I64, I32, I16, I8, U8, BOOL -> throw Elements.unsupported(dtype);
        };
    }

    /// Room for the next parameter, and its pointer.
    private int parameter(int bytes, int alignment) {
        int at = Math.ceilDiv(used, alignment) * alignment;
        values.asSlice(used, at - used).fill((byte) 0); // the same parameters are the same bytes
        used = at + bytes;
        pointers.setAtIndex(ValueLayout.ADDRESS, parameters++, values.asSlice(at, bytes));
        return at;
    }

    @Override
    public void close() {
        arena.close();
    }
}
