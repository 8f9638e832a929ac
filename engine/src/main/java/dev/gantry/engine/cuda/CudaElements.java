package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.cpu.kernels.DropoutMask;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// Element-wise kernels and reductions.
final class CudaElements implements ElementKernels {
    private final Launcher launcher;
    private final DeviceDoubles scratch;
    private final CudaCopies copies;

    CudaElements(Launcher launcher, DeviceDoubles scratch, CudaCopies copies) {
        this.launcher = launcher;
        this.scratch = scratch;
        this.copies = copies;
    }

    @Override
    public void copy(Matrix x, Matrix y) {
        Shapes.requireSame(x, y);
        if (copies.isOnCard(x.data()) && copies.isOnCard(y.data())) {
            copyOnCard(x, y);
        } else {
            copies.copy(x, y, this::copyOnCard);
        }
    }

    private void copyOnCard(Matrix x, Matrix y) {
        int run = WideRows.run(x, y);
        kernel("Copy").number(run).matrix(x).matrix(y).run(Grid.overRuns(y, run));
    }

    @Override
    public void copyBytes(MemorySegment from, MemorySegment to) {
        copies.bytes(from, to);
    }

    @Override
    public void add(float scale, Matrix x, Matrix y) {
        Shapes.requireSame(x, y);
        int run = WideRows.run(x, y);
        kernel("Add").number(run).number(scale).matrix(x).matrix(y).run(Grid.overRuns(y, run));
    }

    @Override
    public void fill(Matrix y, float value) {
        int run = WideRows.run(y);
        kernel("Fill").number(run).matrix(y).number(value).run(Grid.overRuns(y, run));
    }

    @Override
    public void addColumnSums(Matrix x, Matrix sums) {
        Shapes.requireRow(sums, x.columns());
        kernel("AddColumnSums").matrix(x).matrix(sums).run(Grid.overColumns(x.columns()));
    }

    @Override
    public double sumOfSquares(Matrix x) {
        double[] sums = new double[runs(x)];
        sumsOfSquares(x, sums);
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        return total;
    }

    @Override
    public void sumsOfSquares(Matrix x, double[] sums) {
        int runs = runs(x);
        long address = scratch.atLeast(runs);
        kernel("SumsOfSquares").matrix(x).number(SQUARES_RUN).address(address).run(Grid.overRows(runs));
        scratch.read(launcher.stream(), sums, runs);
    }

    @Override
    public void dropout(Matrix x, float rate, long seed, Matrix y) {
        Shapes.requireSame(x, y);
        int run = WideRows.run(x, y);
        kernel("Dropout")
                .number(run)
                .matrix(x)
                .number(DropoutMask.keptBelow(rate))
                .number(1 / (1 - rate))
                .number(seed)
                .matrix(y)
                .run(Grid.overRuns(y, run));
    }

    /// How many parts the sum of squares of a matrix has.
    static int runs(Matrix x) {
        return Math.toIntExact(Math.ceilDiv(x.elements(), SQUARES_RUN));
    }

    private Launcher kernel(String name) {
        return launcher.kernel(Family.ELEMENTS, name);
    }
}
