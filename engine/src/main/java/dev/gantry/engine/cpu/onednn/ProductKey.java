package dev.gantry.engine.cpu.onednn;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.tensor.DType;

/// Everything oneDNN compiles a product for. Extents and strides are those of one tile, in elements.
///
/// @param left type of the left factor, F32 or BF16
/// @param right type of the right factor
/// @param order how the right factor lies in memory; packed ones ignore `bStride`
record ProductKey(
        Layout layout,
        int m,
        int n,
        int k,
        DType left,
        DType right,
        DType output,
        long aStride,
        long bStride,
        long cStride,
        Order order,
        float alpha,
        Bias bias,
        Accumulate accumulate) {

    /// How the right factor lies in memory.
    enum Order {
        ROWS,
        PACKED
    }

    /// Whether a row of bias is added.
    enum Bias {
        NONE,
        F32_ROW
    }
}
