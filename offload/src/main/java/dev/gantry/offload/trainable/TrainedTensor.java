package dev.gantry.offload.trainable;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/// A parameter of the model, all of which are trained.
///
/// @param index in the order of the model's parameters, in which squares are summed
/// @param name what files call it
public record TrainedTensor(int index, ParameterId id, Shape shape, String name, WeightDecay weightDecay) {

    public long elements() {
        return shape.elements();
    }

    /// The whole tensor in f32 memory that begins with it.
    Matrix in(MemorySegment memory) {
        return new Tensor(DType.F32, shape, memory.asSlice(0, elements() * DType.F32.bytes())).matrix();
    }
}
