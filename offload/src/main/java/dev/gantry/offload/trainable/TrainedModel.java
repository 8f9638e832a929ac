package dev.gantry.offload.trainable;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.ComputeType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/// What is trained: every parameter of a decoder.
///
/// @param tensors in the order of the model's parameters
public record TrainedModel(DecoderSpec spec, ComputeType compute, List<TrainedTensor> tensors) {
    public TrainedModel {
        tensors = List.copyOf(tensors);
    }

    /// @param names what files call a parameter
    /// @param decay whether weight decay pulls at a tensor of so many axes
    public static TrainedModel of(
            DecoderSpec spec,
            ComputeType compute,
            Function<ParameterId, String> names,
            IntFunction<WeightDecay> decay) {
        List<TrainedTensor> tensors = new ArrayList<>();
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            tensors.add(new TrainedTensor(
                    tensors.size(),
                    parameter.id(),
                    parameter.shape(),
                    names.apply(parameter.id()),
                    decay.apply(parameter.shape().rank())));
        }
        return new TrainedModel(spec, compute, tensors);
    }
}
