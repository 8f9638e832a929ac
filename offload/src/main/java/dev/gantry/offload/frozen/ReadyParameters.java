package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.OuterWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Parameters that lie on the device as a whole, ready to compute with: frozen ones copied there once, trained ones
/// where their masters lie or in a copy that follows them.
final class ReadyParameters implements OuterWeights.Readying {
    private final StoredModel model;
    private final TensorArena arena;
    private final ElementKernels kernels;
    private final Map<Copy, Matrix> copies = new HashMap<>();
    private final Map<ParameterId, Matrix> following = new LinkedHashMap<>();

    /// What was copied, and to which type: a table may be needed in two.
    private record Copy(ParameterId id, DType type) {}

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
        return copies.computeIfAbsent(new Copy(id, type), what -> copy(stored, what));
    }

    /// Where the device has memory of its own, tables are copied there as they are stored.
    @Override
    public Matrix table(ParameterId id, Matrix stored) {
        return arena.memory().isHost() ? stored : in(stored.dtype(), id);
    }

    private Matrix copy(Matrix stored, Copy what) {
        Matrix copy = arena.matrix(what.type(), stored.rows(), stored.columns());
        if (arena.holdsMemory()) {
            copy(stored, copy);
        }
        if (!model.isFrozen(what.id())) {
            following.put(what.id(), copy);
        }
        return copy;
    }

    private void copy(Matrix from, Matrix to) {
        if (from.dtype() == to.dtype()) {
            kernels.copyBytes(from.data(), to.data());
        } else {
            kernels.copy(from, to);
        }
    }

    /// Brings the copies of trained parameters up to date.
    void refresh() {
        following.forEach((id, copy) -> copy(model.tensor(id).matrix(), copy));
    }
}
