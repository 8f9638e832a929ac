package dev.gantry.zoo.checkpoint;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Shape;

/// What a file says of one tensor.
public record TensorInfo(String name, DType dtype, Shape shape) {

    public long bytes() {
        return Math.multiplyExact(shape.elements(), dtype.bytes());
    }
}
