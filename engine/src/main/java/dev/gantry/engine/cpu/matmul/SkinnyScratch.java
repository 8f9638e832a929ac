package dev.gantry.engine.cpu.matmul;

import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.vector.Blocks;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// A worker's own copy of the activations in f32, made with its first tile of a product.
final class SkinnyScratch implements AutoCloseable {
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

    private float[] lanes = new float[0];
    private final Scratch splitRows = new Scratch();
    private final Scratch wideRows = new Scratch();
    private float[] rows = new float[0];
    private float[] sums = new float[0];
    private final float[] block = new float[DotKernels.SPLIT_BLOCK];
    private long preparedFor;

    /// Room for the sums of a tile; former content is of no use.
    float[] sums(int count) {
        if (sums.length < count) {
            sums = new float[count];
        }
        return sums;
    }

    /// Room for so many vectors of sums.
    float[] lanes(int vectors) {
        int count = vectors * DotKernels.LANES;
        if (lanes.length < count) {
            lanes = new float[count];
        }
        return lanes;
    }

    /// Room for so many weights in f32; former content is of no use.
    MemorySegment wide(long elements) {
        return wideRows.atLeast(elements * Float.BYTES);
    }

    /// Row by row, `a.columns()` elements each.
    ///
    /// @param product number of the running product, from 1
    float[] rowMajor(long product, Matrix a) {
        if (preparedFor != product) {
            grow(a);
            for (int row = 0; row < a.rows(); row++) {
                copyRow(a, row, row * a.columns());
            }
            preparedFor = product;
        }
        return rows;
    }

    /// Like {@link #rowMajor} in native memory, each row split into even and odd elements as {@link DotKernels} says.
    MemorySegment split(long product, Matrix a) {
        MemorySegment to = splitRows.atLeast(a.elements() * Float.BYTES);
        if (preparedFor == product) {
            return to;
        }
        if (a.dtype() == DType.BF16) {
            for (int row = 0; row < a.rows(); row++) {
                splitBf16Row(a, row, to);
            }
            preparedFor = product;
            return to;
        }
        rowMajor(product, a);
        for (int row = 0; row < a.rows(); row++) {
            splitRow(row * a.columns(), a.columns());
        }
        MemorySegment.copy(rows, 0, to, ValueLayout.JAVA_FLOAT, 0, a.rows() * a.columns());
        return to;
    }

    /// A vector of pairs of bf16 holds the even elements in its lower and the odd ones in its upper halves.
    private static void splitBf16Row(Matrix a, int row, MemorySegment to) {
        long from = a.offset(row, 0);
        long at = (long) row * a.columns() * Float.BYTES;
        int bound = DotKernels.splitBound(a.columns());
        for (int i = 0; i < bound; i += DotKernels.SPLIT_BLOCK) {
            IntVector pairs = IntVector.fromMemorySegment(I, a.data(), from + 2L * i, LE);
            long o = at + 4L * i;
            pairs.lanewise(LSHL, 16).intoMemorySegment(to, o, LE);
            pairs.and(DotKernels.UPPER_HALF).intoMemorySegment(to, o + I.vectorByteSize(), LE);
        }
        for (int i = bound; i < a.columns(); i++) {
            to.set(ValueLayout.JAVA_FLOAT, at + 4L * i, Elements.get(a, row, i));
        }
    }

    private void splitRow(int from, int count) {
        int half = DotKernels.SPLIT_BLOCK / 2;
        int end = from + DotKernels.splitBound(count);
        for (int start = from; start < end; start += DotKernels.SPLIT_BLOCK) {
            System.arraycopy(rows, start, block, 0, DotKernels.SPLIT_BLOCK);
            for (int i = 0; i < half; i++) {
                rows[start + i] = block[2 * i];
                rows[start + half + i] = block[2 * i + 1];
            }
        }
    }

    private void copyRow(Matrix a, int row, int to) {
        Blocks.load(a, row, 0, a.columns(), rows, to);
    }

    private void grow(Matrix a) {
        int needed = a.rows() * a.columns();
        if (rows.length < needed) {
            rows = new float[needed];
        }
    }

    @Override
    public void close() {
        splitRows.close();
        wideRows.close();
    }
}
