package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// Element kernels of the processor that also copy to a card and from it.
///
/// @param host computes
/// @param transfers copies where the card is on either side
record BesideCard(ElementKernels host, ElementKernels transfers) implements ElementKernels {

    @Override
    public void copy(Matrix x, Matrix y) {
        boolean crosses = Unreachable.holds(x.data()) || Unreachable.holds(y.data());
        (crosses ? transfers : host).copy(x, y);
    }

    @Override
    public void copyBytes(MemorySegment from, MemorySegment to) {
        boolean crosses = Unreachable.holds(from) || Unreachable.holds(to);
        (crosses ? transfers : host).copyBytes(from, to);
    }

    @Override
    public void add(float scale, Matrix x, Matrix y) {
        host.add(scale, x, y);
    }

    @Override
    public void fill(Matrix y, float value) {
        host.fill(y, value);
    }

    @Override
    public void addColumnSums(Matrix x, Matrix sums) {
        host.addColumnSums(x, sums);
    }

    @Override
    public double sumOfSquares(Matrix x) {
        return host.sumOfSquares(x);
    }

    @Override
    public void sumsOfSquares(Matrix x, double[] sums) {
        host.sumsOfSquares(x, sums);
    }

    @Override
    public void dropout(Matrix x, float rate, long seed, Matrix y) {
        host.dropout(x, rate, seed, y);
    }
}
