package dev.gantry.engine.cpu;

import dev.gantry.engine.tensor.BFloat16;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Single elements of matrices as f32: slow and plain, for scalar kernels and the rims of vector kernels.
public final class Elements {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Elements() {}

    public static float get(Matrix matrix, int row, int column) {
        return get(matrix.dtype(), matrix.data(), matrix.offset(row, column));
    }

    public static float get(DType dtype, MemorySegment data, long byteOffset) {
        return switch (dtype) {
            case F32 -> data.get(FLOAT, byteOffset);
            case BF16 -> BFloat16.toFloat(data.get(SHORT, byteOffset));
            case F16 -> Float.float16ToFloat(data.get(SHORT, byteOffset));
            case F64, I64, I32, I16, I8, U8, BOOL -> throw unsupported(dtype);
        };
    }

    public static void set(Matrix matrix, int row, int column, float value) {
        set(matrix.dtype(), matrix.data(), matrix.offset(row, column), value);
    }

    /// Rounds to nearest even where the type is narrower than f32.
    public static void set(DType dtype, MemorySegment data, long byteOffset, float value) {
        switch (dtype) {
            case F32 -> data.set(FLOAT, byteOffset, value);
            case BF16 -> data.set(SHORT, byteOffset, BFloat16.fromFloat(value));
            case F16 -> data.set(SHORT, byteOffset, Float.floatToFloat16(value));
            case F64, I64, I32, I16, I8, U8, BOOL -> throw unsupported(dtype);
        }
    }

    public static void add(Matrix matrix, int row, int column, float value) {
        set(matrix, row, column, get(matrix, row, column) + value);
    }

    /// Element `index` of a row of I32: token ids, positions, labels.
    public static int integer(Matrix row, int index) {
        if (row.dtype() != DType.I32) {
            throw new IllegalArgumentException("ids, positions and labels are I32, not " + row.dtype());
        }
        return row.data().get(INT, row.offset(0, index));
    }

    /// What a kernel says to storage that it does not compute with.
    public static IllegalArgumentException unsupported(DType dtype) {
        return new IllegalArgumentException("kernels compute with F32, BF16 and F16, not with " + dtype);
    }
}
