package dev.gantry.lora.conformance;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Tensors as Java arrays, for comparing.
final class Values {
    private Values() {}

    static long[] integers(Tensor tensor) {
        long[] values = new long[Math.toIntExact(tensor.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.dtype() == DType.I64
                    ? tensor.data().getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i)
                    : tensor.data().getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i);
        }
        return values;
    }

    static int[] ints(Tensor tensor) {
        long[] wide = integers(tensor);
        int[] values = new int[wide.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.toIntExact(wide[i]);
        }
        return values;
    }

    static int[][] rows(Tensor tensor) {
        int[] flat = ints(tensor);
        int columns = Math.toIntExact(tensor.shape().extent(-1));
        int[][] rows = new int[columns == 0 ? 0 : flat.length / columns][columns];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(flat, row * columns, rows[row], 0, columns);
        }
        return rows;
    }

    static float[] floats(Tensor tensor) {
        return floats(tensor.matrix());
    }

    /// Values of a contiguous f32 matrix of a device, after all that was computed.
    static float[] floats(Backend backend, Matrix matrix) {
        float[] values = new float[Math.toIntExact(matrix.elements())];
        long bytes = (long) values.length * Float.BYTES;
        backend.synchronize();
        backend.memory().copy(matrix.data().asSlice(0, bytes), MemorySegment.ofArray(values));
        return values;
    }

    /// Values of an f32 matrix of the host, rows one after the other.
    static float[] floats(Matrix matrix) {
        float[] values = new float[Math.toIntExact(matrix.elements())];
        for (int row = 0; row < matrix.rows(); row++) {
            MemorySegment.copy(
                    matrix.data(),
                    ValueLayout.JAVA_FLOAT_UNALIGNED,
                    matrix.offset(row, 0),
                    values,
                    row * matrix.columns(),
                    matrix.columns());
        }
        return values;
    }
}
