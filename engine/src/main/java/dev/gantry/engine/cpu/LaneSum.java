package dev.gantry.engine.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The sum of a vector's lanes, always in the same order: halves are folded onto each other.
///
/// `reduceLanes(ADD)` leaves the order open, and the interpreter and C2 do take different ones, so that a result would
/// change its last bits when a method gets compiled. Call it from short methods: a vector passed to a method becomes an
/// object where C2 has no budget left to inline that method.
public final class LaneSum {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int L = F.length();
    private static final VectorShuffle<Float> BY_8 = rotateBy(8);
    private static final VectorShuffle<Float> BY_4 = rotateBy(4);
    private static final VectorShuffle<Float> BY_2 = rotateBy(2);
    private static final VectorShuffle<Float> BY_1 = rotateBy(1);

    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
    private static final int DOUBLES = D.length();
    private static final VectorShuffle<Double> DOUBLES_BY_4 = VectorShuffle.fromOp(D, lane -> (lane + 4) % DOUBLES);
    private static final VectorShuffle<Double> DOUBLES_BY_2 = VectorShuffle.fromOp(D, lane -> (lane + 2) % DOUBLES);
    private static final VectorShuffle<Double> DOUBLES_BY_1 = VectorShuffle.fromOp(D, lane -> (lane + 1) % DOUBLES);

    private LaneSum() {}

    private static VectorShuffle<Float> rotateBy(int lanes) {
        return VectorShuffle.fromOp(F, lane -> (lane + lanes) % L);
    }

    /// @param v of the preferred species, at most 8 lanes
    public static double of(DoubleVector v) {
        DoubleVector sum = v;
        if (DOUBLES > 4) {
            sum = sum.add(sum.rearrange(DOUBLES_BY_4));
        }
        if (DOUBLES > 2) {
            sum = sum.add(sum.rearrange(DOUBLES_BY_2));
        }
        return sum.add(sum.rearrange(DOUBLES_BY_1)).lane(0);
    }

    /// @param v of the preferred species, at most 16 lanes
    public static float of(FloatVector v) {
        FloatVector sum = v;
        if (L > 8) {
            sum = sum.add(sum.rearrange(BY_8));
        }
        if (L > 4) {
            sum = sum.add(sum.rearrange(BY_4));
        }
        if (L > 2) {
            sum = sum.add(sum.rearrange(BY_2));
        }
        return sum.add(sum.rearrange(BY_1)).lane(0);
    }
}
