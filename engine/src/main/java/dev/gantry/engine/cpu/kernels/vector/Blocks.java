package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.I;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.S;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.IS_NAN;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/// Moves runs of adjacent elements between matrices and f32 scratch, converting on the way.
public final class Blocks {
    private Blocks() {}

    /// Part of a row.
    public static void load(Matrix m, int row, int column, int count, float[] to, int at) {
        load(m.dtype(), m.data(), m.offset(row, column), count, to, at);
    }

    /// A whole row from `to[0]`; the rest of the last vectors is zeroed.
    static void loadRow(Matrix m, int row, float[] to) {
        load(m, row, 0, m.columns(), to, 0);
        zeroTail(to, m.columns());
    }

    /// Rounds to nearest even where the matrix is narrower than f32.
    public static void store(float[] from, int at, Matrix m, int row, int column, int count) {
        store(from, at, m.dtype(), m.data(), m.offset(row, column), count);
    }

    /// A block of `rows` short rows, `stride` apart in `to`. The loop over rows is inside, because rows of a head are
    /// so short that a call for each would cost as much as the rows.
    static void loadRows(Matrix m, int row, int column, int rows, int count, float[] to, int at, int stride) {
        switch (m.dtype()) {
            case F32 -> {
                for (int r = 0; r < rows; r++) {
                    loadF32(m.data(), m.offset(row + r, column), count, to, at + r * stride);
                }
            }
            case BF16 -> {
                for (int r = 0; r < rows; r++) {
                    loadBf16(m.data(), m.offset(row + r, column), count, to, at + r * stride);
                }
            }
            case F16 -> {
                for (int r = 0; r < rows; r++) {
                    loadF16(m.data(), m.offset(row + r, column), count, to, at + r * stride);
                }
            }
            case F64, I64, I32, I16, I8, U8, BOOL -> throw Elements.unsupported(m.dtype());
        }
    }

    static void zeroTail(float[] values, int count) {
        Arrays.fill(values, count, Math.min(values.length, Lanes.padded(count)), 0f);
    }

    static void load(DType dtype, MemorySegment data, long offset, int count, float[] to, int at) {
        switch (dtype) {
            case F32 -> loadF32(data, offset, count, to, at);
            case BF16 -> loadBf16(data, offset, count, to, at);
            case F16 -> loadF16(data, offset, count, to, at);
            case F64, I64, I32, I16, I8, U8, BOOL -> throw Elements.unsupported(dtype);
        }
    }

    static void store(float[] from, int at, DType dtype, MemorySegment data, long offset, int count) {
        switch (dtype) {
            case F32 -> storeF32(from, at, data, offset, count);
            case BF16 -> storeBf16(from, at, data, offset, count);
            case F16 -> storeEach(from, at, dtype, data, offset, 0, count);
            case F64, I64, I32, I16, I8, U8, BOOL -> throw Elements.unsupported(dtype);
        }
    }

    private static void loadF32(MemorySegment data, long offset, int count, float[] to, int at) {
        int i = 0;
        for (int bound = F.loopBound(count); i < bound; i += COUNT) {
            FloatVector.fromMemorySegment(F, data, offset + 4L * i, LITTLE_ENDIAN)
                    .intoArray(to, at + i);
        }
        if (i < count) {
            loadEach(DType.F32, data, offset, i, count, to, at);
        }
    }

    private static void storeF32(float[] from, int at, MemorySegment data, long offset, int count) {
        int i = 0;
        for (int bound = F.loopBound(count); i < bound; i += COUNT) {
            FloatVector.fromArray(F, from, at + i).intoMemorySegment(data, offset + 4L * i, LITTLE_ENDIAN);
        }
        if (i < count) {
            storeEach(from, at, DType.F32, data, offset, i, count);
        }
    }

    private static void loadBf16(MemorySegment data, long offset, int count, float[] to, int at) {
        int i = 0;
        for (int bound = F.loopBound(count); i < bound; i += COUNT) {
            ShortVector half = ShortVector.fromMemorySegment(S, data, offset + 2L * i, LITTLE_ENDIAN);
            IntVector wide = (IntVector) half.convertShape(ZERO_EXTEND_S2I, I, 0);
            wide.lanewise(LSHL, 16).reinterpretAsFloats().intoArray(to, at + i);
        }
        if (i < count) {
            loadEach(DType.BF16, data, offset, i, count, to, at);
        }
    }

    private static void loadF16(MemorySegment data, long offset, int count, float[] to, int at) {
        int i = 0;
        for (int bound = F.loopBound(count); i < bound; i += COUNT) {
            ShortVector half = ShortVector.fromMemorySegment(S, data, offset + 2L * i, LITTLE_ENDIAN);
            Float16Lanes.widen((IntVector) half.convertShape(ZERO_EXTEND_S2I, I, 0))
                    .intoArray(to, at + i);
        }
        if (i < count) {
            loadEach(DType.F16, data, offset, i, count, to, at);
        }
    }

    /// Rounds to nearest even in integers; a NaN is made quiet first, or rounding could carry it into infinity.
    private static void storeBf16(float[] from, int at, MemorySegment data, long offset, int count) {
        int i = 0;
        for (int bound = F.loopBound(count); i < bound; i += COUNT) {
            FloatVector value = FloatVector.fromArray(F, from, at + i);
            IntVector bits = value.reinterpretAsInts();
            IntVector upper = bits.lanewise(LSHR, 16);
            IntVector rounded = bits.add(upper.and(1)).add(0x7fff).lanewise(LSHR, 16);
            IntVector kept = rounded.blend(upper.or(0x40), value.test(IS_NAN).cast(I));
            ShortVector half = (ShortVector) kept.convertShape(I2S, S, 0);
            half.intoMemorySegment(data, offset + 2L * i, LITTLE_ENDIAN);
        }
        if (i < count) {
            storeEach(from, at, DType.BF16, data, offset, i, count);
        }
    }

    private static void loadEach(
            DType dtype, MemorySegment data, long offset, int from, int count, float[] to, int at) {
        for (int i = from; i < count; i++) {
            to[at + i] = Elements.get(dtype, data, offset + (long) i * dtype.bytes());
        }
    }

    private static void storeEach(
            float[] values, int at, DType dtype, MemorySegment data, long offset, int from, int count) {
        for (int i = from; i < count; i++) {
            Elements.set(dtype, data, offset + (long) i * dtype.bytes(), values[at + i]);
        }
    }
}
