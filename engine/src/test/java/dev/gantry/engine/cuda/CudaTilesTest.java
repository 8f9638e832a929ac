package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.backend.ProductCase;
import dev.gantry.engine.backend.ProductsContract;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import org.junit.jupiter.api.Test;

/// Our own kernels on a card whose tensor cores multiply bf16 and f16.
class CudaTilesTest extends ProductsContract {
    CudaTilesTest() {
        super(CudaSubject.of(80), 60, 1, 2, 9, 15, 16, 17, 33, 64, 65, 129, 150);
    }

    @Override
    protected boolean packsPlainly() {
        return true;
    }

    /// Around tiles of 128 by 128 by 32, with rows that begin on 16 bytes and rows that do not.
    @Test
    void tilesEqualScalar_howeverTheirRowsBegin() {
        for (Layout layout : LAYOUTS) {
            for (int[] e : new int[][] {{129, 130, 40}, {16, 256, 64}, {127, 9, 65}, {20, 40, 31}}) {
                for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
                    for (int gap : new int[] {0, 1, 8}) {
                        try (TensorArena arena = subject.arena()) {
                            ProductCase product = ProductCase.random(
                                    random, arena, layout, e[0], e[1], e[2], dtype, dtype, DType.F32, gap);
                            product.run(products);
                            product.assertMatches(truth, "gap " + gap);
                        }
                    }
                }
            }
        }
    }
}
