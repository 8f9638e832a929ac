package dev.gantry.zoo.export;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;

/// Copies rows into another type, rounding to nearest even.
final class TensorCast {
    private TensorCast() {}

    /// @param from without gaps between its rows
    /// @param to likewise, of as many elements
    static void copy(Matrix from, Matrix to) {
        DType source = from.dtype();
        DType target = to.dtype();
        for (long i = 0; i < from.elements(); i++) {
            Elements.set(target, to.data(), i * target.bytes(), Elements.get(source, from.data(), i * source.bytes()));
        }
    }
}
