package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.GroupedContract;
import dev.gantry.engine.tensor.DType;
import org.junit.jupiter.api.Test;

class CudaGroupedTest extends GroupedContract {
    CudaGroupedTest() {
        super(new CudaSubject());
    }

    @Test
    void piecesOfWidenedWeights_areWholeTilesOfBoundedSize() {
        assertThat(CudaGrouped.pieceColumns(4096, DType.BF16)).isEqualTo(4096);
        assertThat(CudaGrouped.pieceColumns(11_008, DType.BF16)).isEqualTo(1472);
        assertThat(CudaGrouped.pieceColumns(1 << 30, DType.F32)).isEqualTo(64);
    }
}
