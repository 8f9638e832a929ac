package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the forward of one block leaves for its backward; "compute" below is the compute type.
///
/// @param attentionInput compute `(tokens, hidden)`: input of q, k and v
/// @param attentionStats f32 `(tokens, 2)`: statistics of the attention norm
/// @param qkv compute `(tokens, qkvWidth)`: q, k, v after rotation
/// @param attended compute `(tokens, queryWidth)`: output of the heads
/// @param logSumExp f32 `(tokens, heads)`
/// @param attentionSum f32 `(tokens, hidden)`: `x + attention`; in a pre-norm block the same memory as `middle`
/// @param middle f32 `(tokens, hidden)`: the residual stream between the halves
/// @param mlpInput compute `(tokens, hidden)`: input of the MLP
/// @param mlpStats f32 `(tokens, 2)`: statistics of the MLP norm
/// @param gate compute `(tokens, intermediate)`, null in a plain MLP
/// @param up compute `(tokens, intermediate)`
/// @param activated compute `(tokens, intermediate)`: input of the down projection
/// @param mlpSum f32 `(tokens, hidden)`: `middle + mlp`, null in a pre-norm block, whose output it is
/// @param lowRank compute `(tokens, r)`: scaled `x · Aᵀ` of each module that may carry an adapter
record LayerActivations(
        Matrix attentionInput,
        Matrix attentionStats,
        Matrix qkv,
        Matrix attended,
        Matrix logSumExp,
        Matrix attentionSum,
        Matrix middle,
        Matrix mlpInput,
        Matrix mlpStats,
        @Nullable Matrix gate,
        Matrix up,
        Matrix activated,
        @Nullable Matrix mlpSum,
        Map<Module, Matrix> lowRank) {

    /// Memory for up to `tokens` tokens and adapters of rank up to `ranks` for each module.
    ///
    /// @param inputs where the inputs of linear modules lie
    static LayerActivations allocate(
            DecoderSpec spec,
            ComputeType compute,
            int tokens,
            Map<Module, Integer> ranks,
            LinearInputs inputs,
            TensorArena arena) {
        DType type = compute.dtype();
        boolean post = spec.norm().placement() == NormSpec.Placement.POST;
        boolean gated = spec.mlp().gating() == MlpSpec.Gating.GATED;
        int hidden = spec.hidden();
        int intermediate = spec.mlp().intermediate();
        Matrix middle = arena.matrix(DType.F32, tokens, hidden);
        Map<Module, Matrix> lowRank = new EnumMap<>(Module.class);
        ranks.forEach((module, rank) -> lowRank.put(module, arena.matrix(type, tokens, rank)));
        return new LayerActivations(
                inputs.attention(),
                arena.matrix(DType.F32, tokens, 2),
                arena.matrix(type, tokens, spec.attention().qkvWidth()),
                arena.matrix(type, tokens, spec.attention().queryWidth()),
                arena.matrix(DType.F32, tokens, spec.attention().heads()),
                post ? arena.matrix(DType.F32, tokens, hidden) : middle,
                middle,
                inputs.mlp(),
                arena.matrix(DType.F32, tokens, 2),
                gated ? arena.matrix(type, tokens, intermediate) : null,
                arena.matrix(type, tokens, intermediate),
                inputs.down(),
                post ? arena.matrix(DType.F32, tokens, hidden) : null,
                lowRank);
    }

    /// Largest rank at each module of any layer.
    static Map<Module, Integer> ranks(DecoderSpec spec, Adapters adapters) {
        Map<Module, Integer> ranks = new TreeMap<>();
        for (Module module : DecoderParameters.linearModules(spec)) {
            adapters.sites().entrySet().stream()
                    .filter(site -> site.getKey().module() == module)
                    .mapToInt(site -> site.getValue().rank())
                    .max()
                    .ifPresent(rank -> ranks.put(module, rank));
        }
        return ranks;
    }

    /// The first `tokens` rows of everything.
    LayerActivations tokens(int tokens) {
        Map<Module, Matrix> lowRankRows = new EnumMap<>(Module.class);
        lowRank.forEach((module, matrix) -> lowRankRows.put(module, matrix.rows(0, tokens)));
        return new LayerActivations(
                attentionInput.rows(0, tokens),
                attentionStats.rows(0, tokens),
                qkv.rows(0, tokens),
                attended.rows(0, tokens),
                logSumExp.rows(0, tokens),
                attentionSum.rows(0, tokens),
                middle.rows(0, tokens),
                mlpInput.rows(0, tokens),
                mlpStats.rows(0, tokens),
                gate == null ? null : gate.rows(0, tokens),
                up.rows(0, tokens),
                activated.rows(0, tokens),
                mlpSum == null ? null : mlpSum.rows(0, tokens),
                lowRankRows);
    }

    /// The output buffer of `x · Aᵀ` for an adapter of rank `rank`.
    Matrix lowRank(Module module, int rank) {
        Matrix matrix = lowRank.get(module);
        if (matrix == null) {
            throw new IllegalStateException("no memory was planned for an adapter on " + module);
        }
        return matrix.columns(0, rank);
    }
}
