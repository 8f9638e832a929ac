package dev.gantry.installers.licence;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Something that a library of machine code was linked from, or that Java brings: its jar or module does not list it.
///
/// @param carrier the name of the [Component] that it is in
/// @param licences all of them hold
/// @param packageUrl the name that tools look it up by
/// @param copyright whose it is; empty where the licence asks for no such line
public record LinkedPart(
        String carrier, String name, String version, List<Licence> licences, String packageUrl, String copyright) {
    private static final String LIST = "linked.tsv";
    private static final String EVERYWHERE = "all";

    public LinkedPart {
        licences = List.copyOf(licences);
    }

    /// What the written list says of the libraries among `components`.
    ///
    /// @param system `linux`, `mac` or `windows`
    /// @throws GantryException when the list is of another version of a library, or a licence is not allowed
    public static List<LinkedPart> of(List<Component> components, String system) throws IOException {
        Map<String, String> versions = new HashMap<>();
        components.forEach(component -> versions.put(component.name(), component.version()));
        List<LinkedPart> parts = new ArrayList<>();
        for (String line : lines(LIST)) {
            List<String> fields = Arrays.asList(line.split("\t", -1));
            if (fields.size() == 1) {
                checkVersion(line, versions);
            } else if (versions.containsKey(fields.getFirst()) && isFor(fields.get(5), system)) {
                parts.add(part(fields));
            }
        }
        return parts;
    }

    private static void checkVersion(String line, Map<String, String> versions) {
        String library = line.substring(0, line.indexOf(' '));
        String listed = line.substring(library.length() + 1);
        String present = versions.getOrDefault(library, listed);
        if (!present.equals(listed)) {
            throw GantryException.failedCheck(
                    "PACKAGE-LINKED",
                    "cannot say what " + library + " " + present + " was linked from",
                    "the list of it is of version " + listed,
                    "renew its lines in " + LIST + ", as docs/packages.md says");
        }
    }

    private static boolean isFor(String systems, String system) {
        return systems.equals(EVERYWHERE) || systems.equals(system);
    }

    private static LinkedPart part(List<String> fields) {
        String copyright = fields.size() > 6 ? fields.get(6) : "";
        String name = fields.get(1) + " " + fields.get(2);
        return new LinkedPart(
                fields.getFirst(),
                fields.get(1),
                fields.get(2),
                Licence.all(fields.get(3))
                        .orElseThrow(() -> Component.refused(name, "its licence is " + fields.get(3))),
                fields.get(4),
                copyright);
    }

    /// The lines of a list beside this class, without comments.
    static List<String> lines(String list) throws IOException {
        try (var in = Objects.requireNonNull(LinkedPart.class.getResourceAsStream(list), list)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    /// The licences as tools know them.
    public String expression() {
        return String.join(" AND ", licences.stream().map(Licence::spdx).toList());
    }
}
