package dev.gantry.lora.bench;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.memory.CheckpointModel;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.ModelConfig;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Models to measure: a shape that is known by name or described by a config.json, filled with random weights.
public final class BenchModels {
    /// The shapes that are known by name.
    public static final List<String> NAMES =
            List.of("gpt2-124m", "gpt2-355m", "opt-125m", "bloom-560m", "llama-160m", "llama-1b", "llama-7b");

    private BenchModels() {}

    /// The weights to measure with: the folder's own, mapped from its files as they are for training, or random ones
    /// where there are none: in memory, or in a file that is gone afterwards.
    ///
    /// @param model as for {@link #spec}
    /// @param type of random weights
    /// @param scratch folder for the file of random weights; null for memory
    public static Weights open(String model, DType type, long seed, @Nullable Path scratch, Progress progress)
            throws IOException {
        Path folder = Path.of(model);
        if (!NAMES.contains(model) && Files.isDirectory(folder) && hasWeights(folder)) {
            LoadedModel loaded = ModelFolder.open(folder).load();
            return new Weights(CheckpointModel.of(loaded), Origin.FILES, null, loaded::close);
        }
        ScratchModel random = scratch == null
                ? ScratchModel.inMemory(spec(model), type, seed)
                : ScratchModel.inFile(spec(model), type, seed, scratch, progress);
        return new Weights(random.stored(), Origin.RANDOM, random.folder(), random);
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
    ///
    /// @param scratch folder that is deleted with the model; null where there is none
    public record Weights(
            StoredModel stored, Origin origin, @Nullable Path scratch, Closeable files) implements AutoCloseable {
        public DecoderModel model() {
            return stored.model();
        }

        /// Whether its blocks can be read from files.
        boolean inFiles() {
            return !stored.places().isEmpty();
        }

        @Override
        public void close() throws IOException {
            files.close();
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
