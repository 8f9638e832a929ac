package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.LossKernels.Columns;
import dev.gantry.engine.backend.LossesContract;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;

class CudaLossesTest extends LossesContract {
    CudaLossesTest() {
        super(new CudaSubject());
    }

    @Test
    void labelOutsideTheVocabulary_isCalledALabel() {
        try (RandomMatrices make = matrices("labelOutside")) {
            Matrix logits = make.normal(DType.F32, 2, 10);
            Matrix state = make.zeros(DType.F64, 2, LossKernels.STATE_COLUMNS);
            kernels.losses().softmax(logits, new Columns(0, 10), make.ids(3, 10), state);
            assertThatThrownBy(kernels::synchronize)
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("label 10 of token 1");
        }
    }
}
