package dev.gantry.zoo.model;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.Family;
import dev.gantry.zoo.family.ModelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A model's sizes without its weights: of a well-known model by its name, or of any config.json.
public record ModelShape(Family family, ModelConfig config, DecoderSpec spec) {
    /// Names that need no file.
    public static final List<String> NAMES = List.of("gpt2-124m", "llama-160m", "opt-125m", "bloom-560m");

    /// @param nameOrPath one of {@link #NAMES}, a config.json, or a folder with one
    /// @throws GantryException when it is none of them
    public static ModelShape of(String nameOrPath) throws IOException {
        if (NAMES.contains(nameOrPath)) {
            return named(nameOrPath);
        }
        Path path = Path.of(nameOrPath);
        Path file = Files.isDirectory(path) ? path.resolve("config.json") : path;
        if (!Files.isRegularFile(file)) {
            throw GantryException.usage(
                    "MODEL-SHAPE-UNKNOWN",
                    "there is no model shape " + nameOrPath,
                    "it is neither a config.json nor one of " + String.join(", ", NAMES),
                    "Give one of these names, or the path of a config.json.");
        }
        return of(ModelConfig.read(file));
    }

    /// The shape that a config describes.
    public static ModelShape of(ModelConfig config) {
        Family family = Families.of(config);
        return new ModelShape(family, config, family.spec(config));
    }

    private static ModelShape named(String name) throws IOException {
        String file = name + ".json";
        try (InputStream in = ModelShape.class.getResourceAsStream("shapes/" + file)) {
            if (in == null || !(JsonMapper.shared().readTree(in) instanceof ObjectNode root)) {
                throw new IllegalStateException("the program lacks its resource shapes/" + file);
            }
            return of(new ModelConfig(Path.of(file), root));
        }
    }
}
