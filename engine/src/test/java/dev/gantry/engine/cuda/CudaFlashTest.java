package dev.gantry.engine.cuda;

import static dev.gantry.engine.tensor.DType.BF16;
import static dev.gantry.engine.tensor.DType.F16;
import static dev.gantry.engine.tensor.DType.F32;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.AttentionContract;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Attention by tensor cores, with lengths around tiles of 64 queries and 16 to 64 keys, heads around 64 columns, and
/// heads that do not begin on 16 bytes.
class CudaFlashTest extends AttentionContract {
    private static final List<Packed> PACKED = List.of(
            new Packed(1, 1, 64, 0, false, BF16, "2"),
            new Packed(2, 2, 16, 0, false, F16, "64 1 65"),
            new Packed(4, 2, 64, 0, false, BF16, "100 17 33"),
            new Packed(6, 2, 24, 7, true, BF16, "31 40"),
            new Packed(3, 1, 20, 50, true, F16, "130 3"),
            new Packed(2, 1, 128, 0, true, F16, "35 66"),
            new Packed(2, 2, 80, 33, false, BF16, "97"),
            new Packed(2, 1, 72, 0, false, F16, "40"),
            new Packed(1, 1, 136, 0, false, F16, "20"),
            new Packed(2, 1, 8, 0, true, BF16, "129"));
    private static final List<Decoding> DECODINGS = List.of(
            new Decoding(4, 2, 64, 0, true, BF16, 9, "100 9"),
            new Decoding(2, 1, 16, 40, false, F16, 40, "133 40"),
            new Decoding(2, 2, 128, 0, false, BF16, 70, "200 71"));

    CudaFlashTest() {
        super(CudaSubject.of(80), PACKED, DECODINGS);
    }

    /// Weights are rounded to the type of keys and values.
    @Override
    protected double queriesTolerance(DType dtype) {
        return dtype == BF16 ? 0x1p-8 : 0x1p-11;
    }

    @Test
    void tensorCoresTake_whatTheCardAndTheKernelsCan() {
        ComputeCapability turing = ComputeCapability.of(75);
        ComputeCapability ampere = ComputeCapability.of(80);
        try (RandomMatrices make = matrices("tensorCoresTake")) {
            Heads bf16 = Heads.sideBySide(make.zeros(BF16, 2, 128), 1);
            Heads f16 = Heads.sideBySide(make.zeros(F16, 2, 128), 2);
            assertThat(CudaFlash.takes(ampere, bf16, bf16, bf16)).isTrue();
            assertThat(CudaFlash.takes(ampere, f16, f16, f16)).isTrue();
            assertThat(CudaFlash.takes(ampere, bf16, f16, f16)).isFalse();
            assertThat(CudaFlash.takes(ampere, Heads.sideBySide(make.zeros(F32, 2, 64), 1)))
                    .isFalse();
            assertThat(CudaFlash.takes(ampere, Heads.sideBySide(make.zeros(F16, 2, 129), 1)))
                    .isFalse();
            assertThat(CudaFlash.takes(turing, f16, f16, f16)).isTrue();
            assertThat(CudaFlash.takes(turing, bf16, bf16, bf16)).isFalse();
        }
    }
}
