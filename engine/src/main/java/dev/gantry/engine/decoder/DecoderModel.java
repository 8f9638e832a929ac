package dev.gantry.engine.decoder;

import dev.gantry.engine.tensor.Tensor;
import java.util.Map;

/// A decoder's description and its parameter tensors, in memory that somebody else owns (a mapped file, an arena).
///
/// @param parameters one tensor for each of {@link DecoderParameters#of}, aligned to its element size at least
public record DecoderModel(DecoderSpec spec, Map<ParameterId, Tensor> parameters) {

    public DecoderModel {
        parameters = Map.copyOf(parameters);
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            Tensor tensor = parameters.get(parameter.id());
            if (tensor == null) {
                throw new IllegalArgumentException("parameter " + parameter.id() + " is missing");
            }
            if (!tensor.shape().equals(parameter.shape())) {
                throw new IllegalArgumentException("parameter " + parameter.id() + " has shape " + tensor.shape()
                        + " where " + parameter.shape() + " is needed");
            }
        }
    }

    /// @throws IllegalArgumentException when the model has no such parameter
    public Tensor parameter(ParameterId id) {
        Tensor tensor = parameters.get(id);
        if (tensor == null) {
            throw new IllegalArgumentException("the model has no parameter " + id);
        }
        return tensor;
    }
}
