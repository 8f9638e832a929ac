package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.cpu.kernels.DropoutMask;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// Element-wise kernels and reductions, one element after the other.
public final class ScalarElements implements ElementKernels {

    @Override
    public void copyBytes(MemorySegment from, MemorySegment to) {
        MemorySegment.copy(from, 0, to, 0, from.byteSize());
    }

    @Override
    public void copy(Matrix x, Matrix y) {
        for (int r = 0; r < x.rows(); r++) {
            for (int c = 0; c < x.columns(); c++) {
                set(y, r, c, get(x, r, c));
            }
        }
    }

    @Override
    public void add(float scale, Matrix x, Matrix y) {
        for (int r = 0; r < x.rows(); r++) {
            for (int c = 0; c < x.columns(); c++) {
                set(y, r, c, Math.fma(scale, get(x, r, c), get(y, r, c)));
            }
        }
    }

    @Override
    public void fill(Matrix y, float value) {
        for (int r = 0; r < y.rows(); r++) {
            for (int c = 0; c < y.columns(); c++) {
                set(y, r, c, value);
            }
        }
    }

    @Override
    public void addColumnSums(Matrix x, Matrix sums) {
        for (int c = 0; c < x.columns(); c++) {
            double sum = 0;
            for (int r = 0; r < x.rows(); r++) {
                sum += get(x, r, c);
            }
            set(sums, 0, c, (float) (get(sums, 0, c) + sum));
        }
    }

    @Override
    public double sumOfSquares(Matrix x) {
        double[] sums = new double[Math.toIntExact((x.elements() + SQUARES_RUN - 1) / SQUARES_RUN)];
        sumsOfSquares(x, sums);
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        return total;
    }

    @Override
    public void sumsOfSquares(Matrix x, double[] sums) {
        long element = 0;
        double sum = 0;
        for (int r = 0; r < x.rows(); r++) {
            for (int c = 0; c < x.columns(); c++) {
                sum += (double) get(x, r, c) * get(x, r, c);
                element++;
                if (element % SQUARES_RUN == 0 || element == x.elements()) {
                    sums[(int) ((element - 1) / SQUARES_RUN)] = sum;
                    sum = 0;
                }
            }
        }
    }

    @Override
    public void dropout(Matrix x, float rate, long seed, Matrix y) {
        int keptBelow = DropoutMask.keptBelow(rate);
        float scale = 1 / (1 - rate);
        for (int r = 0; r < x.rows(); r++) {
            long key = DropoutMask.rowKey(seed, r);
            for (int c = 0; c < x.columns(); c++) {
                set(y, r, c, DropoutMask.draw(key, c) < keptBelow ? get(x, r, c) * scale : 0f);
            }
        }
    }
}
