package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The weights outside the blocks, ready to compute with; the head comes separately.
///
/// @param embeddings token and position tables, as stored, and where they lie if kernels reach them there: only a
///     batch's rows are ever read
/// @param linears PROJECT_IN and PROJECT_OUT, where the model has them
/// @param norms EMBEDDING_NORM and FINAL_NORM, where the model has them
public record OuterWeights(
        Map<Module, Matrix> embeddings, Map<Module, LinearWeights> linears, Map<Module, NormWeights> norms) {

    /// Makes a parameter of the model ready.
    public interface Readying {
        /// The values of `id` in `type`, in memory that kernels may read.
        Matrix in(DType type, ParameterId id);

        /// A table of which only rows are gathered, as it is stored, in memory that kernels may read.
        default Matrix table(ParameterId id, Matrix stored) {
            return stored;
        }
    }

    /// All but the head.
    public static OuterWeights of(DecoderModel model, ComputeType compute, Readying readying) {
        return of(model, compute, BlockSpan.all(model.spec().layers()), readying);
    }

    /// What lies in front of a span's blocks if the embedding belongs to it, and behind them if the head does.
    static OuterWeights of(DecoderModel model, ComputeType compute, BlockSpan span, Readying readying) {
        Map<Module, Matrix> embeddings = new EnumMap<>(Module.class);
        for (Module module : List.of(Module.TOKEN_EMBEDDING, Module.POSITION_EMBEDDING)) {
            ParameterId id = ParameterId.weight(module);
            Tensor table = model.parameters().get(id);
            if (table != null && holds(span, module)) {
                embeddings.put(module, readying.table(id, table.matrix()));
            }
        }
        Map<Module, LinearWeights> linears = new EnumMap<>(Module.class);
        for (Module module : List.of(Module.PROJECT_IN, Module.PROJECT_OUT)) {
            if (has(model, ParameterId.weight(module)) && holds(span, module)) {
                Matrix weight = readying.in(compute.dtype(), ParameterId.weight(module));
                linears.put(module, new LinearWeights(weight, bias(model, module, readying), null, null));
            }
        }
        Map<Module, NormWeights> norms = new EnumMap<>(Module.class);
        for (Module module : List.of(Module.EMBEDDING_NORM, Module.FINAL_NORM)) {
            if (has(model, ParameterId.weight(module)) && holds(span, module)) {
                Matrix weight = readying.in(DType.F32, ParameterId.weight(module));
                norms.put(module, new NormWeights(weight, bias(model, module, readying)));
            }
        }
        return new OuterWeights(embeddings, linears, norms);
    }

    private static boolean holds(BlockSpan span, Module module) {
        return module.isInFront() ? span.hasEmbedding() : span.hasHead();
    }

    /// A head that lies in memory as a whole.
    public static HeadSource head(DecoderModel model, ComputeType compute, Readying readying) {
        Matrix head = readying.in(compute.dtype(), DecoderParameters.head(model.spec()));
        return HeadSource.resident(head, HeadBlocks.of(model.spec()));
    }

    /// All weights of a model: these, the head and the blocks of `layers`.
    public ModelWeights with(DecoderModel model, ComputeType compute, HeadSource head, LayerSource layers) {
        return new ModelWeights(model.spec(), compute, embeddings, linears, norms, head, layers);
    }

    private static @Nullable Matrix bias(DecoderModel model, Module module, Readying readying) {
        ParameterId id = ParameterId.bias(module);
        return has(model, id) ? readying.in(DType.F32, id) : null;
    }

    private static boolean has(DecoderModel model, ParameterId id) {
        return model.parameters().containsKey(id);
    }
}
