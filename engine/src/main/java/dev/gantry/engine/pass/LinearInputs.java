package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Set;

/// Where a block keeps what its linear modules multiply, compute `(tokens, width)`. The backward reads such an input
/// only for the gradient of the module's own weights or adapter; inputs of frozen modules share one memory among all
/// blocks.
///
/// @param attention of q, k and v
/// @param mlp of the MLP's first modules
/// @param down of the MLP's last module
record LinearInputs(Matrix attention, Matrix mlp, Matrix down) {
    private static final Set<Module> FROM_ATTENTION =
            Set.of(Module.QUERY_KEY_VALUE, Module.QUERY, Module.KEY, Module.VALUE);
    private static final Set<Module> FROM_MLP = Set.of(Module.MLP_GATE, Module.MLP_UP);
    private static final Set<Module> FROM_DOWN = Set.of(Module.MLP_DOWN);

    /// Memory of one block's own.
    static LinearInputs allocate(DecoderSpec spec, ComputeType compute, int tokens, TensorArena arena) {
        return new LinearInputs(
                arena.matrix(compute.dtype(), tokens, spec.hidden()),
                arena.matrix(compute.dtype(), tokens, spec.hidden()),
                arena.matrix(compute.dtype(), tokens, spec.mlp().intermediate()));
    }

    /// The inputs of block `layer`: memory of its own for what `trained` or an adapter there makes the backward read,
    /// this shared memory for the others.
    LinearInputs keeping(int layer, Set<ParameterId> trained, Adapters adapters, TensorArena arena) {
        return new LinearInputs(
                isRead(FROM_ATTENTION, layer, trained, adapters) ? like(attention, arena) : attention,
                isRead(FROM_MLP, layer, trained, adapters) ? like(mlp, arena) : mlp,
                isRead(FROM_DOWN, layer, trained, adapters) ? like(down, arena) : down);
    }

    private static boolean isRead(Set<Module> modules, int layer, Set<ParameterId> trained, Adapters adapters) {
        return modules.stream()
                .anyMatch(module ->
                        adapters.at(layer, module) != null || trained.contains(ParameterId.weight(layer, module)));
    }

    private static Matrix like(Matrix shared, TensorArena arena) {
        return arena.matrix(shared.dtype(), shared.rows(), shared.columns());
    }
}
