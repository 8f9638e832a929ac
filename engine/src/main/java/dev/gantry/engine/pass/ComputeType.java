package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.DType;

/// The type in which matrices meet: inputs of matrix products. The residual stream, statistics, losses and gradients of
/// parameters are f32 in either.
public enum ComputeType {
    F32(DType.F32),
    BF16(DType.BF16),
    F16(DType.F16);

    private final DType dtype;

    ComputeType(DType dtype) {
        this.dtype = dtype;
    }

    public DType dtype() {
        return dtype;
    }
}
