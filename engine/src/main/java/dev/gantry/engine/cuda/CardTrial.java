package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;

/// Whether a card computes at all: copies two matrices of small whole numbers to it, multiplies them there and wants
/// their exact product back. What is chosen for people who did not ask for it must not be what fails them.
final class CardTrial {
    private static final int ROWS = 17;
    private static final int DEPTH = 40;
    private static final int COLUMNS = 33;

    private CardTrial() {}

    /// False also where the driver or a library reports a fault.
    static boolean passes(Backend card) {
        try (TensorArena here = new TensorArena();
                TensorArena there = new TensorArena(card.unlimited(), "trial")) {
            Matrix a = numbers(here, ROWS);
            Matrix b = numbers(here, COLUMNS);
            Matrix product = there.matrix(DType.F32, ROWS, COLUMNS);
            card.matmul()
                    .multiply(
                            Layout.NT,
                            1,
                            copied(card, a, there),
                            copied(card, b, there),
                            null,
                            product,
                            Accumulate.OVERWRITE);
            Matrix result = here.matrix(DType.F32, ROWS, COLUMNS);
            card.elements().copy(product, result);
            card.synchronize();
            return isProduct(a, b, result);
        } catch (CudaException _) {
            return false;
        }
    }

    private static Matrix copied(Backend card, Matrix from, TensorArena there) {
        Matrix copy = there.matrix(DType.F32, from.rows(), from.columns());
        card.elements().copy(from, copy);
        return copy;
    }

    /// From -3 to 3: sums of their products are exact in f32, in any order.
    private static Matrix numbers(TensorArena arena, int rows) {
        Matrix matrix = arena.matrix(DType.F32, rows, DEPTH);
        for (int i = 0; i < matrix.elements(); i++) {
            matrix.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (i * i % 7 - 3));
        }
        return matrix;
    }

    private static boolean isProduct(Matrix a, Matrix b, Matrix result) {
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                float sum = 0;
                for (int k = 0; k < DEPTH; k++) {
                    sum += at(a, row, k) * at(b, column, k);
                }
                if (at(result, row, column) != sum) {
                    return false;
                }
            }
        }
        return true;
    }

    private static float at(Matrix matrix, int row, int column) {
        return matrix.data().get(ValueLayout.JAVA_FLOAT, matrix.offset(row, column));
    }
}
