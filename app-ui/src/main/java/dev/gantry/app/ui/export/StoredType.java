package dev.gantry.app.ui.export;

import dev.gantry.engine.tensor.DType;
import org.jspecify.annotations.Nullable;

/// Type of the tensors of a merged model.
enum StoredType {
    /// As in the base model.
    BASE(null),
    F32(DType.F32),
    BF16(DType.BF16),
    F16(DType.F16);

    private final @Nullable DType dtype;

    StoredType(@Nullable DType dtype) {
        this.dtype = dtype;
    }

    @Nullable
    DType dtype() {
        return dtype;
    }
}
