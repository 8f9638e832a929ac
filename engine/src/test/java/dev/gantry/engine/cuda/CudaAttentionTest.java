package dev.gantry.engine.cuda;

import static dev.gantry.engine.tensor.DType.BF16;
import static dev.gantry.engine.tensor.DType.F16;
import static dev.gantry.engine.tensor.DType.F32;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.AttentionContract;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.Matrix;
import java.util.List;
import org.junit.jupiter.api.Test;

/// With lengths around tiles of 32 and, where one query looks, around runs of 256 keys.
class CudaAttentionTest extends AttentionContract {
    private static final List<Packed> PACKED = List.of(
            new Packed(2, 2, 64, 0, false, F32, "1"),
            new Packed(1, 1, 64, 0, false, F32, "100"),
            new Packed(4, 2, 8, 0, false, F32, "24 1 33"),
            new Packed(3, 1, 12, 5, false, F32, "50 31"),
            new Packed(2, 2, 16, 32, false, F32, "90"),
            new Packed(2, 1, 33, 40, true, F32, "70"),
            new Packed(4, 4, 80, 0, true, F32, "32 48"),
            new Packed(6, 2, 24, 7, true, BF16, "31 40"),
            new Packed(2, 1, 128, 0, false, F16, "35"),
            new Packed(1, 1, 256, 0, false, F32, "34"));
    private static final List<Decoding> DECODINGS = List.of(
            new Decoding(3, 3, 64, 0, false, F32, 1, "1"),
            new Decoding(4, 2, 24, 0, true, F32, 1, "300 3 64"),
            new Decoding(6, 1, 64, 100, false, BF16, 1, "57 200"),
            new Decoding(2, 2, 16, 5, true, F32, 1, "12 113"),
            new Decoding(3, 1, 80, 0, false, BF16, 1, "513 256 512 257"),
            new Decoding(2, 1, 64, 300, false, F32, 1, "700 260 1"),
            new Decoding(1, 1, 256, 0, true, F16, 1, "1030"),
            new Decoding(4, 2, 64, 0, false, F32, 9, "100 9"),
            new Decoding(2, 1, 16, 40, true, F32, 40, "133 40"));

    CudaAttentionTest() {
        super(new CudaSubject(), PACKED, DECODINGS);
    }

    @Test
    void headsWiderThanTheKernelsTake_areRefusedInWords() {
        try (RandomMatrices make = matrices("wideHeads")) {
            Heads wide = Heads.sideBySide(make.zeros(F32, 1, 257), 1);
            Matrix out = make.zeros(F32, 1, 257);
            Matrix lse = make.zeros(F32, 1, 1);
            AttentionBias bias = new AttentionBias(1, 0, null);
            assertThatThrownBy(() -> kernels.attention().forward(bias, Segments.packed(1), wide, wide, wide, out, lse))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("1 heads of 257 columns");
        }
    }
}
