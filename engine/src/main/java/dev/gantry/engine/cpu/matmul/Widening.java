package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.vector.Float16Lanes;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Conversion of stored rows to f32.
public final class Widening {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);

    private Widening() {}

    /// Writes rows `[row, row + rows)`, columns `[column, column + columns)` as f32, rows `toStride` elements apart.
    public static void widen(Matrix from, int row, int rows, int column, int columns, MemorySegment to, long toStride) {
        for (int r = 0; r < rows; r++) {
            long toOffset = r * toStride * Float.BYTES;
            long fromOffset = from.offset(row + r, column);
            switch (from.dtype()) {
                case F32 -> MemorySegment.copy(from.data(), fromOffset, to, toOffset, (long) columns * Float.BYTES);
                case BF16 -> widenBf16(from.data(), fromOffset, to, toOffset, columns);
                case F16 -> widenF16(from.data(), fromOffset, to, toOffset, columns);
                case F64, I64, I32, I16, I8, U8, BOOL ->
                    widenPlainly(from.dtype(), from.data(), fromOffset, to, toOffset, columns);
            }
        }
    }

    private static IntVector halves(MemorySegment from, long offset) {
        return (IntVector) ShortVector.fromMemorySegment(SHORTS, from, offset, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    }

    private static void widenBf16(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, int count) {
        int bound = FLOATS.loopBound(count);
        for (int i = 0; i < bound; i += FLOATS.length()) {
            halves(from, fromOffset + 2L * i)
                    .lanewise(VectorOperators.LSHL, 16)
                    .intoMemorySegment(to, toOffset + 4L * i, ORDER);
        }
        widenPlainly(DType.BF16, from, fromOffset + 2L * bound, to, toOffset + 4L * bound, count - bound);
    }

    private static void widenF16(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, int count) {
        int bound = FLOATS.loopBound(count);
        for (int i = 0; i < bound; i += FLOATS.length()) {
            Float16Lanes.widen(halves(from, fromOffset + 2L * i)).intoMemorySegment(to, toOffset + 4L * i, ORDER);
        }
        widenPlainly(DType.F16, from, fromOffset + 2L * bound, to, toOffset + 4L * bound, count - bound);
    }

    /// Halves one by one, which C2 makes vectors of itself and needs no objects for.
    ///
    /// @param from f16 from byte `fromOffset` on
    static void widenHalves(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, int count) {
        for (int i = 0; i < count; i++) {
            to.set(FLOAT, toOffset + 4L * i, Float.float16ToFloat(from.get(SHORT, fromOffset + 2L * i)));
        }
    }

    private static void widenPlainly(
            DType dtype, MemorySegment from, long fromOffset, MemorySegment to, long toOffset, int count) {
        for (int i = 0; i < count; i++) {
            float value = Elements.get(dtype, from, fromOffset + (long) i * dtype.bytes());
            Elements.set(DType.F32, to, toOffset + 4L * i, value);
        }
    }
}
