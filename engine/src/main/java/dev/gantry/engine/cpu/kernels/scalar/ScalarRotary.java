package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.integer;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.RotaryKernels;
import dev.gantry.engine.tensor.Matrix;

/// Rotary position embedding, pair by pair.
public final class ScalarRotary implements RotaryKernels {

    @Override
    public void rotate(Heads x, Matrix positions, Matrix cosines, Matrix sines, Direction direction) {
        Matrix m = x.matrix();
        int half = cosines.columns();
        for (int t = 0; t < m.rows(); t++) {
            int position = integer(positions, t);
            for (int h = 0; h < x.heads(); h++) {
                int first = x.firstColumn() + h * x.headStride();
                for (int i = 0; i < half; i++) {
                    double cos = get(cosines, position, i);
                    double sin = direction == Direction.FORWARD ? get(sines, position, i) : -get(sines, position, i);
                    double a = get(m, t, first + i);
                    double b = get(m, t, first + half + i);
                    set(m, t, first + i, (float) (a * cos - b * sin));
                    set(m, t, first + half + i, (float) (b * cos + a * sin));
                }
            }
        }
    }
}
