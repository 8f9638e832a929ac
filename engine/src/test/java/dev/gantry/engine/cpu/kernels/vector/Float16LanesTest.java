package dev.gantry.engine.cpu.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.matmul.Widening;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/// Every half there is, against Java's own conversion.
class Float16LanesTest {
    private static final int HALVES = 1 << 16;

    private static Matrix everyHalf(TensorArena arena) {
        Matrix halves = arena.matrix(DType.F16, 1, HALVES);
        for (int bits = 0; bits < HALVES; bits++) {
            halves.data().setAtIndex(ValueLayout.JAVA_SHORT, bits, (short) bits);
        }
        return halves;
    }

    private static void assertIsHalf(float value, int bits) {
        float truth = Float.float16ToFloat((short) bits);
        if (Float.isNaN(truth)) {
            assertThat(value).as("half %04x", bits).isNaN();
        } else {
            assertThat(Float.floatToRawIntBits(value)).as("half %04x", bits).isEqualTo(Float.floatToRawIntBits(truth));
        }
    }

    @Test
    void loading_isExact() {
        try (TensorArena arena = new TensorArena()) {
            float[] values = new float[HALVES];
            Blocks.load(everyHalf(arena), 0, 0, HALVES, values, 0);
            for (int bits = 0; bits < HALVES; bits++) {
                assertIsHalf(values[bits], bits);
            }
        }
    }

    @Test
    void widening_isExact_atAnyColumn() {
        try (TensorArena arena = new TensorArena()) {
            int first = 5;
            int columns = HALVES - 8;
            MemorySegment to = arena.matrix(DType.F32, 1, columns).data();
            Widening.widen(everyHalf(arena), 0, 1, first, columns, to, columns);
            for (int i = 0; i < columns; i++) {
                assertIsHalf(to.getAtIndex(ValueLayout.JAVA_FLOAT, i), first + i);
            }
        }
    }
}
