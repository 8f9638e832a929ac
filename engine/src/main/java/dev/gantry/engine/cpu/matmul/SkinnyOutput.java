package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// What happens to a finished sum: `c = alpha · sum (+ bias) (+ c)`.
record SkinnyOutput(float alpha, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {

    void store(int row, int column, float sum) {
        float value = alpha * sum;
        if (bias != null) {
            value += Elements.get(bias, 0, column);
        }
        if (accumulate == Accumulate.ADD) {
            value += Elements.get(c, row, column);
        }
        Elements.set(c, row, column, value);
    }
}
