package dev.gantry.lora.conformance;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A folder with one reference case: a checkpoint, inputs, and what the reference computed from them.
///
/// @param folder where it lies
/// @param name of the case
/// @param files what each file holds and how close a result must come
/// @param variants names of further layouts of the same checkpoint
public record CaseFolder(Path folder, String name, Map<String, Map<String, Tolerance>> files, List<String> variants) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// How close a tensor must come.
    ///
    /// @param absolute largest allowed difference, or null where values must be equal
    /// @param realTokensOnly compared only where the attention mask is 1
    public record Tolerance(@Nullable Double absolute, boolean realTokensOnly) {}

    /// The cases in `folder`: itself, or its sub-folders.
    public static List<CaseFolder> findAll(Path folder) {
        if (isCase(folder)) {
            return List.of(read(folder));
        }
        if (!Files.isDirectory(folder)) {
            throw notACase(folder, Files.exists(folder) ? "it is not a folder" : "there is no such folder");
        }
        try (Stream<Path> children = Files.list(folder)) {
            List<CaseFolder> cases = children.filter(CaseFolder::isCase)
                    .sorted()
                    .map(CaseFolder::read)
                    .toList();
            if (cases.isEmpty()) {
                throw notACase(folder, "neither it nor a folder in it has a README.json that describes a case");
            }
            return cases;
        } catch (IOException e) {
            throw notACase(folder, "it cannot be listed: " + e.getMessage());
        }
    }

    private static boolean isCase(Path folder) {
        return Files.isRegularFile(folder.resolve("README.json"));
    }

    private static CaseFolder read(Path folder) {
        JsonNode root;
        try {
            root = JSON.readTree(folder.resolve("README.json").toFile());
        } catch (JacksonException e) {
            throw notACase(folder, "its README.json is not JSON: " + e.getOriginalMessage());
        }
        if (!root.path("files").isObject()) {
            throw notACase(folder, "its README.json lists no files");
        }
        Map<String, Map<String, Tolerance>> files = new LinkedHashMap<>();
        root.path("files").properties().forEach(file -> {
            Map<String, Tolerance> tensors = new LinkedHashMap<>();
            file.getValue().path("tensors").properties().forEach(tensor -> {
                JsonNode about = tensor.getValue();
                Double absolute = about.has("tol_abs") ? about.path("tol_abs").asDouble() : null;
                tensors.put(tensor.getKey(), new Tolerance(absolute, about.has("real_tokens_only")));
            });
            files.put(file.getKey(), tensors);
        });
        List<String> variants = root.path("variants")
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(variant -> Files.isDirectory(folder.resolve("variants").resolve(variant)))
                .toList();
        String name = root.path("case").asString(String.valueOf(folder.getFileName()));
        return new CaseFolder(folder, name, files, variants);
    }

    private static GantryException notACase(Path folder, String why) {
        return GantryException.badInput(
                "CONFORMANCE-NO-CASE",
                "cannot run reference cases in " + folder,
                why,
                "Give a folder laid out as docs/conformance.md describes.");
    }

    /// Whether the case has this file.
    public boolean has(String file) {
        return files.containsKey(file) && Files.isRegularFile(folder.resolve(file));
    }

    Tolerance tolerance(String file, String tensor) {
        Map<String, Tolerance> tensors = files.get(file);
        Tolerance tolerance = tensors == null ? null : tensors.get(tensor);
        if (tolerance == null) {
            throw notACase(folder, "its README.json does not describe " + tensor + " of " + file);
        }
        return tolerance;
    }
}
