package dev.gantry.engine.cpu.kernels;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Seeded inputs of kernel tests. The seed is printed, and can be set with `-Dgantry.seed=`.
public final class RandomMatrices implements AutoCloseable {
    private final TensorArena arena;
    private final Random random;

    public RandomMatrices(String test) {
        this(test, new TensorArena());
    }

    /// @param arena closed with these matrices
    public RandomMatrices(String test, TensorArena arena) {
        this.arena = arena;
        long seed = Long.getLong("gantry.seed", 20_261);
        System.out.println(test + ": -Dgantry.seed=" + seed);
        random = new Random(seed);
    }

    public Random random() {
        return random;
    }

    /// Where these matrices lie.
    public TensorArena arena() {
        return arena;
    }

    public Matrix zeros(DType dtype, int rows, int columns) {
        return arena.matrix(dtype, rows, columns);
    }

    public Matrix normal(DType dtype, int rows, int columns) {
        return normal(dtype, rows, columns, 1);
    }

    public Matrix normal(DType dtype, int rows, int columns, double deviation) {
        return fillNormal(zeros(dtype, rows, columns), deviation);
    }

    /// Rows further apart than they are wide.
    public Matrix normalSlice(DType dtype, int rows, int columns) {
        return fillNormal(zeros(dtype, rows, columns + 5).columns(3, columns), 1);
    }

    private Matrix fillNormal(Matrix m, double deviation) {
        for (int r = 0; r < m.rows(); r++) {
            for (int c = 0; c < m.columns(); c++) {
                Elements.set(m, r, c, (float) (random.nextGaussian() * deviation));
            }
        }
        return m;
    }

    /// A new contiguous matrix of the same values, rounded to `dtype`.
    public Matrix copy(Matrix m, DType dtype) {
        Matrix copy = zeros(dtype, m.rows(), m.columns());
        for (int r = 0; r < m.rows(); r++) {
            for (int c = 0; c < m.columns(); c++) {
                Elements.set(copy, r, c, Elements.get(m, r, c));
            }
        }
        return copy;
    }

    public Matrix copy(Matrix m) {
        return copy(m, m.dtype());
    }

    public Matrix row(float... values) {
        Matrix m = zeros(DType.F32, 1, values.length);
        for (int c = 0; c < values.length; c++) {
            Elements.set(m, 0, c, values[c]);
        }
        return m;
    }

    public Matrix ids(int... ids) {
        Matrix m = zeros(DType.I32, 1, ids.length);
        for (int i = 0; i < ids.length; i++) {
            m.data().setAtIndex(ValueLayout.JAVA_INT, i, ids[i]);
        }
        return m;
    }

    public Matrix randomIds(int count, int bound) {
        return ids(random.ints(count, 0, bound).toArray());
    }

    /// `Σ a · b`, in f64: a scalar whose gradient with respect to b is a.
    public static double dot(Matrix a, Matrix b) {
        double sum = 0;
        for (int r = 0; r < a.rows(); r++) {
            for (int c = 0; c < a.columns(); c++) {
                sum += (double) Elements.get(a, r, c) * Elements.get(b, r, c);
            }
        }
        return sum;
    }

    @Override
    public void close() {
        arena.close();
    }
}
