package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.OuterWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.LinkedHashMap;
import java.util.Map;

/// Parameters that lie on the device as a whole, ready to compute with: frozen ones copied there once, trained ones
/// where
/// their masters lie or in a copy that follows them.
final class ReadyParameters implements OuterWeights.Readying {
    private final StoredModel model;
    private final TensorArena arena;
    private final ElementKernels kernels;
    private final Map<ParameterId, Matrix> following = new LinkedHashMap<>();

    /// @param arena on the device
    ReadyParameters(StoredModel model, TensorArena arena, ElementKernels kernels) {
        this.model = model;
        this.arena = arena;
        this.kernels = kernels;
    }

    @Override
    public Matrix in(DType type, ParameterId id) {
        Matrix stored = model.tensor(id).matrix();
        if (!model.isFrozen(id) && stored.dtype() == type) {
            return stored;
        }
        Matrix copy = arena.matrix(type, stored.rows(), stored.columns());
        if (arena.holdsMemory()) {
            copy(stored, copy);
        }
        if (!model.isFrozen(id)) {
            following.put(id, copy);
        }
        return copy;
    }

    private void copy(Matrix from, Matrix to) {
        if (from.dtype() == to.dtype()) {
            to.data().copyFrom(from.data());
        } else {
            kernels.copy(from, to);
        }
    }

    /// Brings the copies of trained parameters up to date.
    void refresh() {
        following.forEach((id, copy) -> copy(model.tensor(id).matrix(), copy));
    }
}
