package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.backend.ProductCase;
import dev.gantry.engine.backend.ProductsContract;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import org.junit.jupiter.api.Test;

/// Our own kernels.
class CudaMatmulTest extends ProductsContract {
    CudaMatmulTest() {
        super(new CudaSubject(), 160, 1, 2, 3, 5, 7, 8, 9, 16, 17, 33, 64, 65, 130);
    }

    @Override
    protected boolean packsPlainly() {
        return true;
    }

    /// Few rows of bf16 are read in 16 bytes where they begin on such, and bit by bit where not.
    @Test
    void fewRowsEqualScalar_howeverTheirRowsBegin() {
        for (int k : new int[] {8, 31, 264, 1000}) {
            for (int gap : new int[] {0, 1, 8}) {
                try (TensorArena arena = subject.arena()) {
                    ProductCase product = ProductCase.random(
                            random, arena, Layout.NT, 3, 19, k, DType.BF16, DType.BF16, DType.F32, gap);
                    product.run(products);
                    product.assertMatches(truth, "k " + k + " gap " + gap);
                }
            }
        }
    }
}
