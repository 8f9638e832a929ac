package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The weights of one block while it is being computed.
public record LayerWeights(int layer, Map<Module, LinearWeights> linears, Map<Module, NormWeights> norms) {

    /// Block `layer` of a model: matrices in the compute type, norms and biases in f32.
    static LayerWeights of(DecoderModel model, ComputeType compute, int layer, OuterWeights.Readying readying) {
        Map<Module, LinearWeights> linears = new EnumMap<>(Module.class);
        for (Module module : DecoderParameters.linearModules(model.spec())) {
            Matrix weight = readying.in(compute.dtype(), ParameterId.weight(layer, module));
            linears.put(module, new LinearWeights(weight, bias(model, layer, module, readying), null, null));
        }
        Map<Module, NormWeights> norms = new EnumMap<>(Module.class);
        for (Module module : List.of(Module.ATTENTION_NORM, Module.MLP_NORM)) {
            Matrix weight = readying.in(DType.F32, ParameterId.weight(layer, module));
            norms.put(module, new NormWeights(weight, bias(model, layer, module, readying)));
        }
        return new LayerWeights(layer, linears, norms);
    }

    private static @Nullable Matrix bias(DecoderModel model, int layer, Module module, OuterWeights.Readying readying) {
        ParameterId id = ParameterId.bias(layer, module);
        return model.parameters().containsKey(id) ? readying.in(DType.F32, id) : null;
    }

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
