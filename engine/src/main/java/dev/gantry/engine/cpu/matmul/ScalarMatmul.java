package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// The definition of a matrix product, which the fast kernels are tested against. Sums in f64.
public final class ScalarMatmul implements PlainlyPackedMatmul {
    private final WorkerPool pool;

    public ScalarMatmul(WorkerPool pool) {
        this.pool = pool;
    }

    @Override
    public void multiply(
            Layout layout, float alpha, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        Extents extents = Extents.of(layout, a, b, bias, c);
        pool.parallel(extents.m(), (row, worker) -> {
            for (int column = 0; column < extents.n(); column++) {
                double sum = alpha * dot(layout, a, row, b, column, extents.k());
                sum += bias == null ? 0 : Elements.get(bias, 0, column);
                sum += accumulate == Accumulate.ADD ? Elements.get(c, row, column) : 0;
                Elements.set(c, row, column, (float) sum);
            }
        });
    }

    private static double dot(Layout layout, Matrix a, int row, Matrix b, int column, int depth) {
        double sum = 0;
        for (int k = 0; k < depth; k++) {
            double left = layout == Layout.TN ? Elements.get(a, k, row) : Elements.get(a, row, k);
            double right = layout == Layout.NT ? Elements.get(b, column, k) : Elements.get(b, k, column);
            sum += left * right;
        }
        return sum;
    }
}
