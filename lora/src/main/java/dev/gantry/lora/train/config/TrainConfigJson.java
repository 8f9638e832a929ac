package dev.gantry.lora.train.config;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.run.RunJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
            String why = Files.isDirectory(file)
                    ? "it is a folder"
                    : Files.exists(file) ? "it is no regular file" : "there is no such file";
            throw noSettings(file, why);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw noSettings(file, "it has " + Files.size(file) + " bytes, over " + MAX_BYTES);
        }
        if (Files.size(file) == 0) {
            throw noSettings(file, "it is empty");
        }
        try {
            return parse(Files.readString(file), file.toString(), type);
        } catch (CharacterCodingException e) {
            throw noSettings(file, "it is not UTF-8 text").causedBy(e);
        }
    }

    private static GantryException noSettings(Path file, String why) {
        return GantryException.badInput(
                "CONFIG-FILE",
                "cannot read the settings " + file,
                why,
                "Give the JSON file with the settings of the run; docs/training.md shows one.");
    }

    /// @param source to name in messages
    public static <T> T parse(String json, String source, Class<T> type) {
        try {
            return RunJson.PRETTY.readValue(json, type);
        } catch (UnrecognizedPropertyException e) {
            throw refused(
                            source,
                            setting(e) + " is no setting; " + elsewhere(e.getPropertyName(), type) + "known here are "
                                    + e.getKnownPropertyIds())
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

    /// Where else in the settings that name is known, as it is often only written into the wrong section.
    private static String elsewhere(String name, Class<?> settings) {
        List<String> paths = paths(settings, "")
                .filter(path -> path.equals(name) || path.endsWith("." + name))
                .toList();
        return paths.isEmpty() ? "" : "did you mean " + String.join(" or ", paths) + "? ";
    }

    private static Stream<String> paths(Class<?> settings, String prefix) {
        if (!settings.isRecord()) {
            return Stream.of();
        }
        return Stream.of(settings.getRecordComponents()).flatMap(component -> {
            String path = prefix + key(component.getName());
            return Stream.concat(Stream.of(path), paths(component.getType(), path + "."));
        });
    }

    /// How a setting is written in JSON.
    ///
    /// @param component of the record that holds it
    public static String key(String component) {
        return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
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
