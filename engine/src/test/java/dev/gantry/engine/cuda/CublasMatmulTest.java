package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.ProductsContract;
import org.junit.jupiter.api.Test;

/// Products by cuBLASLt where it multiplies, by our own kernels where not.
class CublasMatmulTest extends ProductsContract {
    CublasMatmulTest() {
        super(CudaSubject.withCublas(), 160, 1, 2, 3, 5, 7, 8, 9, 16, 17, 33, 64, 65, 130);
    }

    @Override
    protected boolean packsPlainly() {
        return true;
    }

    @Test
    void descriptionNamesTheLibrary() {
        assertThat(kernels.description()).contains("products by cublasLt 1");
    }
}
