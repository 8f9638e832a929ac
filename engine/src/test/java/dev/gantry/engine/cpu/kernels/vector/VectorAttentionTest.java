package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.tensor.DType.BF16;
import static dev.gantry.engine.tensor.DType.F32;

import dev.gantry.engine.backend.AttentionContract;
import dev.gantry.engine.cpu.HostSubject;
import java.util.List;

/// With lengths around tiles of 64.
class VectorAttentionTest extends AttentionContract {
    private static final List<Packed> PACKED = List.of(
            new Packed(2, 2, 64, 0, false, F32, "1"),
            new Packed(2, 2, 64, 0, false, F32, "300"),
            new Packed(4, 2, 8, 0, false, F32, "24 1 63"),
            new Packed(3, 1, 12, 5, false, F32, "70 65"),
            new Packed(2, 2, 16, 64, false, F32, "200"),
            new Packed(2, 1, 33, 100, true, F32, "130"),
            new Packed(4, 4, 80, 0, true, F32, "64 128"),
            new Packed(2, 2, 64, 0, false, BF16, "65 100"),
            new Packed(6, 2, 24, 7, true, BF16, "31 140"),
            new Packed(2, 1, 128, 0, false, F32, "129"));
    private static final List<Decoding> DECODINGS = List.of(
            new Decoding(3, 3, 64, 0, false, F32, 1, "1"),
            new Decoding(4, 2, 24, 0, true, F32, 1, "700 3 256"),
            new Decoding(6, 1, 64, 300, false, BF16, 1, "257 900"),
            new Decoding(2, 2, 16, 5, true, F32, 1, "12 513"),
            new Decoding(4, 2, 64, 0, false, F32, 9, "100 9"),
            new Decoding(2, 1, 16, 40, true, F32, 70, "333 70"));

    VectorAttentionTest() {
        super(HostSubject.vector(), PACKED, DECODINGS);
    }
}
