package dev.gantry.engine.cpu.kernels.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The widest registers of this machine.
final class Lanes {
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED.withShape(F.vectorShape());
    static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED.withShape(F.vectorShape());

    /// As many 16-bit lanes as `F` has.
    static final VectorSpecies<Short> S =
            ShortVector.SPECIES_64.withShape(VectorShape.forBitSize(F.vectorBitSize() / 2));

    static final int COUNT = F.length();

    /// Scratch is zeroed up to a multiple of this, so that loops over four vectors need no tail.
    static final int PADDING = 4 * COUNT;

    private Lanes() {}

    static int padded(int count) {
        return (count + PADDING - 1) / PADDING * PADDING;
    }
}
