package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.tensor.Matrix;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All weights of a model as the passes read them: the few outside the blocks, and sources of blocks and of the head.
///
/// @param embeddings token and position tables, as stored
/// @param linears PROJECT_IN and PROJECT_OUT, where the model has them
/// @param norms EMBEDDING_NORM and FINAL_NORM, where the model has them
public record ModelWeights(
        DecoderSpec spec,
        ComputeType computeType,
        Map<Module, Matrix> embeddings,
        Map<Module, LinearWeights> linears,
        Map<Module, NormWeights> norms,
        HeadSource head,
        LayerSource layers)
        implements AutoCloseable {

    /// Weights of a shape for passes that are only measured: there are none.
    static ModelWeights shapeOnly(DecoderSpec spec, ComputeType compute) {
        return shapeOnly(spec, compute, HeadBlocks.of(spec));
    }

    private static ModelWeights shapeOnly(DecoderSpec spec, ComputeType compute, HeadBlocks blocks) {
        return new ModelWeights(spec, compute, Map.of(), Map.of(), Map.of(), new NoHead(blocks), new NoLayers());
    }

    /// These without their values.
    ModelWeights shapeOnly() {
        return shapeOnly(spec, computeType, head.blocks());
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
        head.close();
        layers.close();
    }

    private static IllegalStateException noWeights() {
        return new IllegalStateException("there are no weights here");
    }

    record NoHead(HeadBlocks blocks) implements HeadSource {
        @Override
        public Matrix acquire(int block) {
            throw noWeights();
        }

        @Override
        public void release(int block) {
            throw noWeights();
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private record NoLayers() implements LayerSource {
        @Override
        public LayerWeights acquire(int layer) {
            throw noWeights();
        }

        @Override
        public void release(LayerWeights weights) {
            throw noWeights();
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
