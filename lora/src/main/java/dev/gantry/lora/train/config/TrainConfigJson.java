package dev.gantry.lora.train.config;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.run.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/// A run's settings as JSON: snake_case keys, sections and keys may be left out, unknown ones are refused.
public final class TrainConfigJson {
    private static final long MAX_BYTES = 4 << 20;

    private TrainConfigJson() {}

    /// @throws GantryException naming the setting that is wrong
    public static TrainConfig read(Path file) throws IOException {
        return read(file, TrainConfig.class);
    }

    /// Reads any record of settings.
    public static <T> T read(Path file, Class<T> type) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw refused(file, "there is no such file");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw refused(file, "it has " + Files.size(file) + " bytes, over " + MAX_BYTES);
        }
        return parse(Files.readString(file), file.toString(), type);
    }

    /// @param source to name in messages
    public static <T> T parse(String json, String source, Class<T> type) {
        try {
            return RunJson.PRETTY.readValue(json, type);
        } catch (UnrecognizedPropertyException e) {
            throw refused(source, setting(e) + " is no setting; known here are " + e.getKnownPropertyIds())
                    .causedBy(e);
        } catch (ValueInstantiationException e) {
            if (e.getCause() instanceof GantryException cause) {
                throw cause;
            }
            throw refused(source, setting(e) + ": " + e.getOriginalMessage()).causedBy(e);
        } catch (JacksonException e) {
            throw refused(source, setting(e) + ": " + e.getOriginalMessage()).causedBy(e);
        }
    }

    public static String write(TrainConfig config) {
        return RunJson.PRETTY.writeValueAsString(config) + "\n";
    }

    private static String setting(JacksonException e) {
        String path = e.getPath().stream()
                .map(reference -> reference.getPropertyName() == null
                        ? "[" + reference.getIndex() + "]"
                        : reference.getPropertyName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "the JSON" : path;
    }

    private static GantryException refused(Object source, String why) {
        return GantryException.usage(
                "CONFIG-UNREADABLE",
                "cannot read the settings " + source,
                why,
                "See docs/training.md for all settings.");
    }
}
