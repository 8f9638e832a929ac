package dev.gantry.zoo.model;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterId.Part;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// Models with random weights: for measuring, and for tests that need a model of some shape.
public final class SyntheticModels {
    /// The families' own `initializer_range`.
    private static final float STANDARD_DEVIATION = 0.02f;

    /// Half the width of a uniform distribution of standard deviation 1.
    private static final float UNIFORM_HALF_WIDTH = (float) Math.sqrt(3);

    private SyntheticModels() {}

    /// Linear and embedding weights are uniform with a standard deviation of 0.02, norms 1, biases 0.
    ///
    /// Every parameter has a stream of its own, so that its values depend on seed and name only.
    ///
    /// @param dtype F32, BF16 or F16
    /// @param arena owns the tensors; a measuring one stays empty
    public static DecoderModel create(DecoderSpec spec, DType dtype, long seed, TensorArena arena) {
        Map<ParameterId, Tensor> tensors = new HashMap<>();
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            tensors.put(parameter.id(), arena.allocate(dtype, parameter.shape().toArray()));
        }
        if (arena.holdsMemory()) {
            tensors.entrySet().parallelStream().forEach(each -> fill(each.getKey(), each.getValue(), seed));
        }
        return new DecoderModel(spec, tensors);
    }

    /// One parameter of such a model.
    ///
    /// @param arena owns the tensor
    public static Tensor tensor(ParameterSpec parameter, DType dtype, long seed, TensorArena arena) {
        Tensor tensor = arena.allocate(dtype, parameter.shape().toArray());
        if (arena.holdsMemory()) {
            fill(parameter.id(), tensor, seed);
        }
        return tensor;
    }

    private static void fill(ParameterId id, Tensor tensor, long seed) {
        if (id.part() == Part.BIAS) {
            return;
        }
        boolean norm = tensor.shape().rank() == 1;
        SplittableRandom random =
                new SplittableRandom(seed * 0x9E3779B97F4A7C15L + id.toString().hashCode());
        float width = 2 * UNIFORM_HALF_WIDTH * STANDARD_DEVIATION;
        int bytes = tensor.dtype().bytes();
        for (long i = 0; i < tensor.elements(); i++) {
            float value = norm ? 1 : (random.nextFloat() - 0.5f) * width;
            Elements.set(tensor.dtype(), tensor.data(), i * bytes, value);
        }
    }
}
