package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;

/// Temporaries of one block's backward, shared by all blocks.
///
/// @param dHidden f32 `(tokens, hidden)`
/// @param dOutput compute `(tokens, hidden)`: the residual gradient rounded for products; unused in f32
/// @param dActivated compute `(tokens, intermediate)`
/// @param dGate compute `(tokens, intermediate)`, null in a plain MLP
/// @param dAttended compute `(tokens, queryWidth)`
/// @param dQkv compute `(tokens, qkvWidth)`
/// @param dLowRank compute `(tokens, r)`
/// @param dropped compute `(tokens, widest input)`: input of an adapter after dropout, or its gradient
record LayerScratch(
        Matrix dHidden,
        @Nullable Matrix dOutput,
        Matrix dActivated,
        @Nullable Matrix dGate,
        Matrix dAttended,
        Matrix dQkv,
        Matrix dLowRank,
        Matrix dropped) {

    static LayerScratch allocate(
            DecoderSpec spec, ComputeType compute, int tokens, Adapters adapters, TensorArena arena) {
        DType type = compute.dtype();
        int hidden = spec.hidden();
        int intermediate = spec.mlp().intermediate();
        boolean dropout = adapters.sites().values().stream().anyMatch(adapter -> adapter.dropout() > 0);
        int widest = Math.max(Math.max(hidden, intermediate), spec.attention().queryWidth());
        return new LayerScratch(
                arena.matrix(DType.F32, tokens, hidden),
                compute == ComputeType.F32 ? null : arena.matrix(type, tokens, hidden),
                arena.matrix(type, tokens, intermediate),
                spec.mlp().gating() == MlpSpec.Gating.GATED ? arena.matrix(type, tokens, intermediate) : null,
                arena.matrix(type, tokens, spec.attention().queryWidth()),
                arena.matrix(type, tokens, spec.attention().qkvWidth()),
                arena.matrix(type, tokens, Math.max(1, adapters.maxRank())),
                arena.matrix(type, dropout ? tokens : 0, widest));
    }

    LayerScratch tokens(int tokens) {
        return new LayerScratch(
                dHidden.rows(0, tokens),
                dOutput == null ? null : dOutput.rows(0, tokens),
                dActivated.rows(0, tokens),
                dGate == null ? null : dGate.rows(0, tokens),
                dAttended.rows(0, tokens),
                dQkv.rows(0, tokens),
                dLowRank.rows(0, tokens),
                dropped.rows(0, Math.min(tokens, dropped.rows())));
    }
}
