package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;

/// The definition of a matrix product, which the fast kernels are tested against. Sums in f64.
public final class ScalarMatmul implements MatmulKernels {
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

    @Override
    public PackedWeights pack(Layout layout, Matrix weights, TensorArena arena) {
        return PlainWeights.copyOf(layout, weights, arena);
    }

    @Override
    public void multiply(
            float alpha, Matrix a, PackedWeights weights, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        PlainWeights plain = PlainWeights.of(weights);
        multiply(plain.layout(), alpha, a, plain.matrix(), bias, c, accumulate);
    }
}
