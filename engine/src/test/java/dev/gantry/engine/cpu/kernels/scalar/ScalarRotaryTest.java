package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.kernels.RandomMatrices.dot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.RotaryKernels.Direction;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;

/// Rotary embedding against what a rotation must keep.
class ScalarRotaryTest {
    private final ScalarRotary rotary = new ScalarRotary();

    @Test
    void quarterTurnMovesFirstHalfToSecond() {
        try (RandomMatrices make = new RandomMatrices("quarterTurn")) {
            Matrix x = make.row(1, 2, 3, 4, 9); // the last one is beyond rotaryDim
            rotary.rotate(Heads.sideBySide(x, 1), make.ids(0), make.row(0, 0), make.row(1, 1), Direction.FORWARD);
            float[] expected = {-3, -4, 1, 2, 9};
            for (int c = 0; c < 5; c++) {
                assertThat(Elements.get(x, 0, c)).isEqualTo(expected[c]);
            }
        }
    }

    @Test
    void backwardUndoesForwardAndKeepsProducts() {
        try (RandomMatrices make = new RandomMatrices("backwardUndoesForward")) {
            Matrix cosines = make.zeros(DType.F32, 6, 2);
            Matrix sines = make.zeros(DType.F32, 6, 2);
            for (int p = 0; p < 6; p++) {
                for (int i = 0; i < 2; i++) {
                    Elements.set(cosines, p, i, (float) Math.cos(p * (i + 0.3)));
                    Elements.set(sines, p, i, (float) Math.sin(p * (i + 0.3)));
                }
            }
            Matrix positions = make.ids(5, 0, 3);
            Matrix x = make.normal(DType.F32, 3, 8);
            Matrix before = make.copy(x);
            rotary.rotate(Heads.sideBySide(x, 2), positions, cosines, sines, Direction.FORWARD);
            assertThat(dot(x, x)).isCloseTo(dot(before, before), within(1e-5));
            assertThat(Elements.get(x, 0, 0)).isNotEqualTo(Elements.get(before, 0, 0));
            rotary.rotate(Heads.sideBySide(x, 2), positions, cosines, sines, Direction.BACKWARD);
            for (int c = 0; c < 8; c++) {
                assertThat(Elements.get(x, 2, c)).isCloseTo(Elements.get(before, 2, c), within(1e-6f));
            }
        }
    }
}
