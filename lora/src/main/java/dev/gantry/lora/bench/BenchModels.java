package dev.gantry.lora.bench;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.BFloat16;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.ModelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Models to measure: a shape that is known by name or described by a config.json, filled with random weights.
public final class BenchModels {
    /// The shapes that are known by name.
    public static final List<String> NAMES =
            List.of("gpt2-124m", "gpt2-355m", "opt-125m", "bloom-560m", "llama-160m", "llama-1b");

    private static final float RANGE = 0.035f;

    private BenchModels() {}

    /// The shape that `model` names.
    ///
    /// @param model one of [#NAMES], a config.json, or a folder that has one; weights are not read
    public static DecoderSpec spec(String model) throws IOException {
        ModelConfig config = NAMES.contains(model) ? known(model) : ModelConfig.read(file(model));
        return Families.of(config).spec(config);
    }

    private static ModelConfig known(String name) throws IOException {
        String resource = name + ".json";
        try (InputStream in = BenchModels.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not in this build of the program");
            }
            var root = (ObjectNode) JsonMapper.shared().readTree(in);
            return new ModelConfig(Path.of(resource), root);
        }
    }

    private static Path file(String model) {
        Path path = Path.of(model);
        Path file = Files.isDirectory(path) ? path.resolve("config.json") : path;
        if (!Files.isRegularFile(file)) {
            throw GantryException.usage(
                    "BENCH-MODEL",
                    "cannot measure the model " + model,
                    "it is neither a known shape nor a config.json",
                    "give the path of a config.json or one of " + String.join(", ", NAMES));
        }
        return file;
    }

    /// A model of that shape: matrices in `type`, all else in f32, uniform small numbers from `seed`.
    public static DecoderModel random(DecoderSpec spec, DType type, long seed, TensorArena arena) {
        var random = new SplittableRandom(seed);
        Map<ParameterId, Tensor> parameters = new HashMap<>();
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            long[] extents = parameter.shape().toArray();
            Tensor tensor = arena.allocate(extents.length == 2 ? type : DType.F32, extents);
            if (extents.length == 1 && parameter.id().part() == ParameterId.Part.WEIGHT) {
                ones(tensor);
            } else {
                fill(tensor, random);
            }
            parameters.put(parameter.id(), tensor);
        }
        return new DecoderModel(spec, parameters);
    }

    private static void ones(Tensor norm) {
        for (long i = 0; i < norm.elements(); i++) {
            norm.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
        }
    }

    private static void fill(Tensor tensor, SplittableRandom random) {
        var data = tensor.data();
        for (long i = 0; i < tensor.elements(); i++) {
            float value = ((random.nextInt() >> 8) * 0x1p-23f) * RANGE;
            if (tensor.dtype() == DType.BF16) {
                data.setAtIndex(ValueLayout.JAVA_SHORT, i, BFloat16.fromFloat(value));
            } else {
                data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            }
        }
    }
}
