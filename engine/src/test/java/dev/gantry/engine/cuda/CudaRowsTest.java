package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.RowsContract;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;

class CudaRowsTest extends RowsContract {
    CudaRowsTest() {
        super(new CudaSubject(), 1, 5, 63, 65, 257, 700);
    }

    @Test
    void idOutsideItsTable_isThrownOnce() {
        try (RandomMatrices make = matrices("idOutsideItsTable")) {
            Matrix table = make.normal(DType.F32, 11, 8);
            Matrix y = make.zeros(DType.F32, 3, 8);
            kernels.embeddings().gather(make.ids(1, 12, 3), 0, table, y, Accumulate.OVERWRITE);
            assertThatThrownBy(kernels::synchronize)
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("id 12 of token 1 is outside the table of 11 entries");
            kernels.synchronize();
        }
    }
}
