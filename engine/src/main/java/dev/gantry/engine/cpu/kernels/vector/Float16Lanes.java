package dev.gantry.engine.cpu.kernels.vector;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// IEEE 754 half precision, sixteen bits with five of exponent, to f32.
public final class Float16Lanes {
    private static final int MAGNITUDE = 0x7fff;
    private static final int SIGN = 0x8000;
    /// How far the bits of a half lie below those of an f32 of the same exponent.
    private static final int SHIFT = 13;
    /// The difference of the exponents' biases, 127 - 15, where f32 has its exponent.
    private static final int REBIAS = 112 << 23;

    private static final int SMALLEST_NORMAL = 0x0400 << SHIFT;
    private static final int INFINITY = 0x7c00 << SHIFT;
    /// 2^-14 in bits: added to a subnormal's bits and taken off as a number, it leaves `bits · 2^-24`, exactly and
    /// without any subnormal f32, which processors are slow at.
    private static final int SUBNORMAL_BASE = 113 << 23;

    private Float16Lanes() {}

    /// @param half the bits of a half in the lower part of each lane, zeros above
    /// @return the same numbers; what is no number stays none
    public static FloatVector widen(IntVector half) {
        IntVector magnitude = half.and(MAGNITUDE).lanewise(LSHL, SHIFT);
        IntVector special = magnitude.add(REBIAS).blend(magnitude.add(2 * REBIAS), magnitude.compare(GE, INFINITY));
        FloatVector base = IntVector.broadcast(half.species(), SUBNORMAL_BASE).reinterpretAsFloats();
        IntVector subnormal =
                magnitude.add(SUBNORMAL_BASE).reinterpretAsFloats().sub(base).reinterpretAsInts();
        IntVector bits = special.blend(subnormal, magnitude.compare(LT, SMALLEST_NORMAL));
        return bits.or(half.and(SIGN).lanewise(LSHL, 16)).reinterpretAsFloats();
    }
}
