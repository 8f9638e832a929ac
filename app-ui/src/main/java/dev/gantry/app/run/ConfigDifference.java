package dev.gantry.app.run;

import dev.gantry.lora.run.RunFolder;
import dev.gantry.lora.run.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// In which settings runs differ.
///
/// @param rows settings that are not the same in all runs, in alphabetical order
public record ConfigDifference(List<Row> rows) {
    /// What the settings of a run that began were used with.
    private static final List<String> USED_WITH = List.of("app_version", "data_hash", "model_fingerprint");

    /// One setting.
    ///
    /// @param setting path of keys, such as `optimizer.learning_rate`
    /// @param values as the runs have them, in their order; empty where a run does not have the setting
    public record Row(String setting, List<String> values) {}

    public ConfigDifference {
        rows = List.copyOf(rows);
    }

    /// Compares the settings that runs trained with, or shall train with.
    public static ConfigDifference of(List<Path> runs) throws IOException {
        List<Map<String, String>> flat = new ArrayList<>();
        for (Path run : runs) {
            flat.add(flat(settings(run)));
        }
        TreeSet<String> names = new TreeSet<>();
        flat.forEach(settings -> names.addAll(settings.keySet()));
        List<Row> rows = new ArrayList<>();
        for (String name : names) {
            List<String> values = flat.stream()
                    .map(settings -> settings.getOrDefault(name, ""))
                    .toList();
            if (values.stream().distinct().count() > 1) {
                rows.add(new Row(name, values));
            }
        }
        return new ConfigDifference(rows);
    }

    /// The settings of a run: complete when it began, else as they were asked for.
    public static JsonNode settings(Path run) throws IOException {
        Path complete = run.resolve(RunFolder.CONFIG_FILE);
        Path file = Files.isRegularFile(complete) ? complete : run.resolve(RunFiles.SETTINGS);
        try {
            return RunJson.LINES.readTree(Files.readAllBytes(file));
        } catch (JacksonException _) {
            return RunJson.LINES.createObjectNode(); // damaged: it differs in everything
        }
    }

    private static Map<String, String> flat(JsonNode settings) {
        Map<String, String> flat = new TreeMap<>();
        if (settings.has("train")) {
            flatten("", settings.path("train"), flat);
            USED_WITH.forEach(key -> flat.put(key, settings.path(key).asString("")));
        } else {
            flatten("", settings, flat);
        }
        return flat;
    }

    private static void flatten(String path, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> flatten(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), into));
        } else if (!node.isNull()) {
            into.put(path, node.isValueNode() ? node.asString("") : node.toString());
        }
    }
}
