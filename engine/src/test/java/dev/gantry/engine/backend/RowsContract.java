package dev.gantry.engine.backend;

import static dev.gantry.engine.cpu.kernels.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.RotaryKernels.Direction;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;

/// Rotary embedding, and look-up of rows.
public abstract class RowsContract extends KernelContract {
    private final int[] widths;

    /// @param widths of the rows of tables
    protected RowsContract(Subject subject, int... widths) {
        super(subject);
        this.widths = widths;
    }

    @Test
    void rotaryEqualsScalar() {
        try (RandomMatrices make = matrices("rotaryEqualsScalar")) {
            for (int half : new int[] {1, 3, 8, 16, 24, 32, 50}) {
                for (DType dtype : new DType[] {DType.F32, DType.BF16, DType.F16}) {
                    Matrix x = make.normal(dtype, 33, 3 * (2 * half + 5));
                    Matrix expected = make.copy(x);
                    Matrix positions = make.randomIds(33, 40);
                    Matrix cosines = make.normal(DType.F32, 40, half);
                    Matrix sines = make.normal(DType.F32, 40, half);
                    for (Direction direction : Direction.values()) {
                        kernels.rotary().rotate(threeHeads(x, half), positions, cosines, sines, direction);
                        scalar.rotary().rotate(threeHeads(expected, half), positions, cosines, sines, direction);
                    }
                    assertClose("x", x, expected, 1e-6, dtype == DType.F32 ? 1e-5 : 0.1);
                }
            }
        }
    }

    /// Three elements of each stay as they are.
    private static Heads threeHeads(Matrix x, int half) {
        return new Heads(x, 2, 2 * half + 5, 3, 2 * half + 3);
    }

    @Test
    void embeddingsEqualScalar() {
        try (RandomMatrices make = matrices("embeddingsEqualScalar")) {
            for (int width : widths) {
                Matrix ids = make.randomIds(90, 9);
                Matrix table = make.normal(width % 2 == 0 ? DType.BF16 : DType.F16, 11, width);
                Matrix y = make.normal(DType.F32, 90, width);
                Matrix expected = make.copy(y);
                kernels.embeddings().gather(ids, 2, table, y, Accumulate.ADD);
                scalar.embeddings().gather(ids, 2, table, expected, Accumulate.ADD);
                assertThat(y.data().mismatch(expected.data())).isEqualTo(-1);
                Matrix dTable = make.normal(DType.F32, 11, width);
                Matrix expectedTable = make.copy(dTable);
                kernels.embeddings().scatterAdd(ids, 2, y, dTable);
                scalar.embeddings().scatterAdd(ids, 2, y, expectedTable);
                assertThat(dTable.data().mismatch(expectedTable.data())).isEqualTo(-1);
                kernels.synchronize();
            }
        }
    }

    @Test
    void idOutsideItsTable_isThrown_atTheLatestWhenTheHostWaits() {
        try (RandomMatrices make = matrices("idOutsideItsTable")) {
            Matrix ids = make.ids(1, 12, 3);
            Matrix table = make.normal(DType.F32, 11, 8);
            Matrix y = make.zeros(DType.F32, 3, 8);
            assertThatThrownBy(() -> {
                        kernels.embeddings().gather(ids, 0, table, y, Accumulate.OVERWRITE);
                        kernels.synchronize();
                    })
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("id 12 of token 1 is outside the table of 11 entries");
        }
    }
}
