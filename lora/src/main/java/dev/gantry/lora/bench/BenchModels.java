package dev.gantry.lora.bench;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.ModelConfig;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.model.SyntheticModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Models to measure: a shape that is known by name or described by a config.json, filled with random weights.
public final class BenchModels {
    /// The shapes that are known by name.
    public static final List<String> NAMES =
            List.of("gpt2-124m", "gpt2-355m", "opt-125m", "bloom-560m", "llama-160m", "llama-1b");

    private BenchModels() {}

    /// The weights to measure with: the folder's own, mapped from its files as they are for training, or random ones in
    /// memory where there are none.
    ///
    /// @param model as for {@link #spec}
    /// @param type of random weights
    public static Weights open(String model, DType type, long seed) throws IOException {
        Path folder = Path.of(model);
        if (!NAMES.contains(model) && Files.isDirectory(folder) && hasWeights(folder)) {
            LoadedModel loaded = ModelFolder.open(folder).load();
            return new Weights(loaded.model(), Origin.FILES, loaded::close);
        }
        TensorArena arena = new TensorArena();
        return new Weights(SyntheticModels.create(spec(model), type, seed, arena), Origin.RANDOM, arena::close);
    }

    private static boolean hasWeights(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).anyMatch(name -> name.endsWith(".safetensors") || name.endsWith(".bin"));
        }
    }

    /// Where weights came from.
    public enum Origin {
        RANDOM,
        FILES
    }

    /// A model to measure, and the memory or files it lies in.
    public record Weights(DecoderModel model, Origin origin, Runnable release) implements AutoCloseable {
        @Override
        public void close() {
            release.run();
        }
    }

    /// The shape that `model` names.
    ///
    /// @param model one of [#NAMES], a config.json, or a folder that has one
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
}
