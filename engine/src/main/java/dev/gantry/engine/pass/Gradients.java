package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.Matrix;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where gradients are added up. What has no place here is frozen, and no work is done for it.
///
/// @param parameters f32 gradients of whole parameters, in the shape they are stored
/// @param adapters gradients of A and B
public record Gradients(Map<ParameterId, Matrix> parameters, Map<AdapterSite, LowRankGradient> adapters) {

    /// Nothing is trained.
    public static final Gradients NONE = new Gradients(Map.of(), Map.of());

    /// Gradients of one adapter: f32, shaped like its A and B.
    public record LowRankGradient(Matrix da, Matrix db) {}

    public Gradients {
        parameters = Map.copyOf(parameters);
        adapters = Map.copyOf(adapters);
    }

    public @Nullable Matrix of(ParameterId id) {
        return parameters.isEmpty() ? null : parameters.get(id);
    }

    public @Nullable LowRankGradient of(int layer, Module module) {
        return adapters.isEmpty() ? null : adapters.get(new AdapterSite(layer, module));
    }

    /// Whether anything outside the blocks, in front of them, is trained: then the gradient must reach the embedding.
    boolean reachEmbedding() {
        return parameters.keySet().stream().anyMatch(id -> switch (id.module()) {
            case TOKEN_EMBEDDING, PROJECT_IN, POSITION_EMBEDDING, EMBEDDING_NORM -> true;
            default -> false;
        });
    }

    /// Sets all gradients to zero: the start of a step.
    public void clear(Backend backend) {
        parameters.values().forEach(gradient -> backend.elements().fill(gradient, 0));
        adapters.values().forEach(gradient -> {
            backend.elements().fill(gradient.da(), 0);
            backend.elements().fill(gradient.db(), 0);
        });
    }
}
