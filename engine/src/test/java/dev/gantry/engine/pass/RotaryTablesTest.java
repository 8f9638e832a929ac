package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.decoder.PositionSpec.Rotary;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.decoder.RotaryScaling.Dynamic;
import dev.gantry.engine.decoder.RotaryScaling.Linear;
import dev.gantry.engine.decoder.RotaryScaling.Yarn;
import dev.gantry.engine.decoder.RotaryScaling.YarnBounds;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/// Cosines and sines against angles in double precision.
class RotaryTablesTest {
    private static final int POSITIONS = 300;
    private static final int DIM = 16;
    private static final double THETA = 10_000;

    @Test
    void tablesHoldTheAngleOfEveryPosition() {
        check(new Rotary(THETA, DIM, new RotaryScaling.None()), 0, 1, RotaryTablesTest::plain);
        check(new Rotary(THETA, DIM, new Linear(8)), 0, 1, i -> plain(i) / 8);
    }

    @Test
    void yarnScalesCosinesAndSines() {
        // an original context of less than one turn puts both ends of the blend at the first pair
        Yarn yarn = new Yarn(4, 6, 1.25, 32, 1, YarnBounds.WHOLE_PAIRS);
        check(new Rotary(THETA, DIM, yarn), 0, 1.25, i -> i == 0 ? 1 : plain(i) / 4);
    }

    @Test
    void dynamicTablesFollowTheLengthUpAndDown() {
        Rotary rotary = new Rotary(THETA, DIM, new Dynamic(2, 100));
        try (TensorArena arena = new TensorArena()) {
            RotaryTables tables = new RotaryTables(rotary, POSITIONS, arena);
            assertThat(tables.dependOnLength()).isTrue();
            compare(tables, 1, RotaryTablesTest::plain);
            for (int length : new int[] {101, 300, 150, 100, 7, 250}) {
                tables.cover(length);
                double stretch = 2.0 * Math.max(length, 100) / 100 - 1;
                compare(tables, 1, i -> plain(i) * Math.pow(stretch, -i / (DIM / 2.0 - 1)));
            }
            assertThat(arena.allocations()).isEqualTo(2);
        }
    }

    private static double plain(int pair) {
        return Math.exp(-Math.log(THETA) * 2 * pair / DIM);
    }

    private static void check(Rotary rotary, int length, double magnitude, IntToDoubleFunction frequency) {
        try (TensorArena arena = new TensorArena()) {
            RotaryTables tables = new RotaryTables(rotary, POSITIONS, arena);
            assertThat(tables.dependOnLength()).isFalse();
            tables.cover(length);
            compare(tables, magnitude, frequency);
        }
    }

    private static void compare(RotaryTables tables, double magnitude, IntToDoubleFunction frequency) {
        Matrix cosines = tables.cosines();
        Matrix sines = tables.sines();
        for (int p = 0; p < POSITIONS; p++) {
            for (int i = 0; i < DIM / 2; i++) {
                double angle = p * frequency.applyAsDouble(i);
                double rounding = 1e-6 + 5e-7 * angle; // an angle is an f32, so its error grows with it
                assertThat((double) Elements.get(cosines, p, i))
                        .as("cosine %d, %d", p, i)
                        .isCloseTo(magnitude * Math.cos(angle), within(rounding));
                assertThat((double) Elements.get(sines, p, i))
                        .as("sine %d, %d", p, i)
                        .isCloseTo(magnitude * Math.sin(angle), within(rounding));
            }
        }
    }
}
