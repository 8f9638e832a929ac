package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.tensor.Matrix;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All weights of a model as the passes read them: the few outside the blocks, and a source of blocks.
///
/// @param embeddings token and position tables, as stored
/// @param linears PROJECT_IN, PROJECT_OUT and HEAD (a tied head is the token table in compute type)
/// @param norms EMBEDDING_NORM and FINAL_NORM, where the model has them
public record ModelWeights(
        DecoderSpec spec,
        ComputeType computeType,
        Map<Module, Matrix> embeddings,
        Map<Module, LinearWeights> linears,
        Map<Module, NormWeights> norms,
        LayerSource layers)
        implements AutoCloseable {

    /// Weights of a shape for passes that are only measured: there are none.
    static ModelWeights shapeOnly(DecoderSpec spec, ComputeType compute) {
        return new ModelWeights(spec, compute, Map.of(), Map.of(), Map.of(), new NoLayers());
    }

    Matrix embedding(Module module) {
        return present(embeddings.get(module), module);
    }

    LinearWeights linear(Module module) {
        return present(linears.get(module), module);
    }

    NormWeights norm(Module module) {
        return present(norms.get(module), module);
    }

    private static <T> T present(@Nullable T weights, Module module) {
        if (weights == null) {
            throw new IllegalArgumentException("the model has no " + module);
        }
        return weights;
    }

    @Override
    public void close() {
        layers.close();
    }

    private record NoLayers() implements LayerSource {
        @Override
        public LayerWeights acquire(int layer) {
            throw new IllegalStateException("a measured pass has no weights");
        }

        @Override
        public void release(LayerWeights weights) {
            throw new IllegalStateException("a measured pass has no weights");
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
