package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.Module;
import java.util.Map;

/// The weights of one block while it is being computed.
public record LayerWeights(int layer, Map<Module, LinearWeights> linears, Map<Module, NormWeights> norms) {

    public LinearWeights linear(Module module) {
        LinearWeights weights = linears.get(module);
        if (weights == null) {
            throw new IllegalArgumentException("layer " + layer + " has no linear module " + module);
        }
        return weights;
    }

    public NormWeights norm(Module module) {
        NormWeights weights = norms.get(module);
        if (weights == null) {
            throw new IllegalArgumentException("layer " + layer + " has no norm " + module);
        }
        return weights;
    }
}
