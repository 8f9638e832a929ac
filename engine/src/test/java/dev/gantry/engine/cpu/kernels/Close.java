package dev.gantry.engine.cpu.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;

/// Compares what two implementations wrote.
public final class Close {
    private Close() {}

    /// Each element within `relative` of its own size plus `absolute`, plus half a step of narrow storage on both
    /// sides.
    public static void assertClose(String name, Matrix actual, Matrix expected, double relative, double absolute) {
        double step = step(expected.dtype());
        for (int r = 0; r < expected.rows(); r++) {
            for (int c = 0; c < expected.columns(); c++) {
                float a = Elements.get(actual, r, c);
                float e = Elements.get(expected, r, c);
                if (Float.isNaN(e) || Float.isInfinite(e)) {
                    assertThat(a).as("%s [%d, %d]", name, r, c).isEqualTo(Float.valueOf(e));
                } else {
                    assertThat((double) a)
                            .as("%s [%d, %d] of %d x %d", name, r, c, expected.rows(), expected.columns())
                            .isCloseTo(e, within((relative + step) * Math.abs(e) + absolute));
                }
            }
        }
    }

    public static double largest(Matrix m) {
        double largest = 0;
        for (int r = 0; r < m.rows(); r++) {
            for (int c = 0; c < m.columns(); c++) {
                largest = Math.max(largest, Math.abs(Elements.get(m, r, c)));
            }
        }
        return largest;
    }

    /// Distance of neighbouring numbers of narrow storage, relative to them; 0 for wide.
    public static double step(DType dtype) {
        return switch (dtype) {
            case BF16 -> 1.0 / 128;
            case F16 -> 1.0 / 1024;
            case F32, F64, I64, I32, I16, I8, U8, BOOL -> 0;
        };
    }
}
