package dev.gantry.zoo.export;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;

/// Copies a tensor into another type, rounding to nearest even.
final class TensorCast {
    private TensorCast() {}

    static void copy(Tensor from, Tensor to) {
        DType source = from.dtype();
        DType target = to.dtype();
        for (long i = 0; i < from.elements(); i++) {
            Elements.set(target, to.data(), i * target.bytes(), Elements.get(source, from.data(), i * source.bytes()));
        }
    }
}
