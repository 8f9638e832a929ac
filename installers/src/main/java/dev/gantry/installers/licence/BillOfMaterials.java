package dev.gantry.installers.licence;

import dev.gantry.engine.progress.Progress;
import dev.gantry.zoo.model.FileDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The list of everything in a package that others made, in CycloneDX's form for programs that look for known flaws.
///
/// @param linked what libraries of machine code were linked from; each hangs on its library
/// @param java what Java contains; each hangs on Java
public record BillOfMaterials(
        String name,
        String version,
        Instant time,
        List<Component> components,
        List<LinkedPart> linked,
        List<JavaPart> java) {
    private static final String FORMAT = "1.6";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
            .build();

    public BillOfMaterials {
        components = List.copyOf(components);
        linked = List.copyOf(linked);
        java = List.copyOf(java);
    }

    /// The document; the same for the same components, wherever and whenever it is written.
    public String json() throws IOException {
        String own = "pkg:generic/%s@%s".formatted(name, version);
        List<Map<String, Object>> listed = new ArrayList<>();
        for (Component component : components) {
            listed.add(entry(component));
        }
        linked.forEach(part -> listed.add(entry(part)));
        java.forEach(part -> listed.add(entry(part)));
        Map<String, Object> program = Map.of(
                "type", "application",
                "bom-ref", own,
                "name", name,
                "version", version,
                "purl", own,
                "licenses", licences(Licence.APACHE_2.spdx()));
        String content = own + JSON.writeValueAsString(listed);
        Map<String, Object> document = Map.of(
                "bomFormat",
                "CycloneDX",
                "specVersion",
                FORMAT,
                "serialNumber",
                "urn:uuid:" + UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)),
                "version",
                1,
                "metadata",
                Map.of("timestamp", time.toString(), "component", program),
                "components",
                listed,
                "dependencies",
                dependencies(own));
        return JSON.writeValueAsString(document) + "\n";
    }

    private List<Object> dependencies(String own) {
        List<Object> all = new ArrayList<>();
        all.add(Map.of(
                "ref",
                own,
                "dependsOn",
                components.stream().map(Component::packageUrl).toList()));
        for (Component component : components) {
            List<String> within = Stream.concat(
                            linked.stream()
                                    .filter(part -> part.carrier().equals(component.name()))
                                    .map(BillOfMaterials::reference),
                            java.stream().filter(part -> component.isJava()).map(BillOfMaterials::reference))
                    .toList();
            if (!within.isEmpty()) {
                all.add(Map.of("ref", component.packageUrl(), "dependsOn", within));
            }
        }
        return all;
    }

    /// Two libraries may have been linked from the same thing.
    private static String reference(LinkedPart part) {
        return part.carrier() + "/" + part.name() + "@" + part.version();
    }

    private static String reference(JavaPart part) {
        return "OpenJDK/" + part.text();
    }

    private static Map<String, Object> entry(LinkedPart part) {
        Map<String, Object> entry = new HashMap<>(Map.of(
                "type", "library",
                "bom-ref", reference(part),
                "group", part.carrier(),
                "name", part.name(),
                "version", part.version(),
                "licenses", licences(part.expression()),
                "purl", part.packageUrl()));
        if (!part.copyright().isEmpty()) {
            entry.put("copyright", part.copyright());
        }
        return entry;
    }

    private static Map<String, Object> entry(JavaPart part) {
        Map<String, Object> entry = new HashMap<>(Map.of(
                "type", "library",
                "bom-ref", reference(part),
                "group", "OpenJDK",
                "name", part.name(),
                "licenses", licences(part.licence())));
        if (!part.version().isEmpty()) { // Java does not say it of all its parts
            entry.put("version", part.version());
        }
        return entry;
    }

    private static Map<String, Object> entry(Component component) throws IOException {
        Map<String, Object> entry = new HashMap<>(Map.of(
                "type", component.jar().isPresent() ? "library" : "file",
                "bom-ref", component.packageUrl(),
                "group", component.group(),
                "name", component.name(),
                "version", component.version(),
                "licenses", licences(component.licence().spdx()),
                "purl", component.packageUrl()));
        if (component.jar().isPresent()) {
            // of the jar as it was published: in the package it lacks what other systems load
            String sum = FileDigest.sha256(component.jar().get(), Progress.silent());
            entry.put("hashes", List.of(Map.of("alg", "SHA-256", "content", sum)));
        }
        return entry;
    }

    private static List<Object> licences(String expression) {
        return List.of(Map.of("expression", expression));
    }
}
