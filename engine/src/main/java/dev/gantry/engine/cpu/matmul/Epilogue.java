package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.vector.Blocks;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// What happens to finished sums: `c = alpha · sum (+ bias) (+ c)`, rounded once.
record Epilogue(float alpha, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

    /// Stores `count` neighbouring sums of a row.
    void storeRow(float[] sums, int from, int row, int column, int count) {
        int done = 0;
        boolean hasPlainBias = bias == null || bias.dtype() == DType.F32;
        if (c.dtype() == DType.F32 && hasPlainBias) {
            done = storeF32(sums, from, c.offset(row, column), column, count);
        } else if (accumulate == Accumulate.OVERWRITE && hasPlainBias) {
            done = storeRounded(sums, from, row, column, count);
        }
        for (int i = done; i < count; i++) {
            store(sums[from + i], row, column + i);
        }
    }

    /// Stores one sum.
    void store(float sum, int row, int column) {
        float value = alpha * sum;
        if (bias != null) {
            value += Elements.get(bias, 0, column);
        }
        if (accumulate == Accumulate.ADD) {
            value += Elements.get(c, row, column);
        }
        Elements.set(c, row, column, value);
    }

    /// Whole vectors, finished where they lie and then rounded; returns how many elements were stored.
    private int storeRounded(float[] sums, int from, int row, int column, int count) {
        int bound = F.loopBound(count);
        for (int i = 0; i < bound; i += F.length()) {
            FloatVector value = FloatVector.fromArray(F, sums, from + i).mul(alpha);
            if (bias != null) {
                value = value.add(FloatVector.fromMemorySegment(F, bias.data(), 4L * (column + i), LE));
            }
            value.intoArray(sums, from + i);
        }
        Blocks.store(sums, from, c, row, column, bound);
        return bound;
    }

    /// Whole vectors; returns how many elements were stored.
    private int storeF32(float[] sums, int from, long to, int column, int count) {
        int bound = F.loopBound(count);
        MemorySegment out = c.data();
        for (int i = 0; i < bound; i += F.length()) {
            FloatVector value = FloatVector.fromArray(F, sums, from + i).mul(alpha);
            if (bias != null) {
                value = value.add(FloatVector.fromMemorySegment(F, bias.data(), 4L * (column + i), LE));
            }
            if (accumulate == Accumulate.ADD) {
                value = value.add(FloatVector.fromMemorySegment(F, out, to + 4L * i, LE));
            }
            value.intoMemorySegment(out, to + 4L * i, LE);
        }
        return bound;
    }
}
