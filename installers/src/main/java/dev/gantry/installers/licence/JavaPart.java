package dev.gantry.installers.licence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Something that others made and Java contains, as its own folder of licences tells.
///
/// @param licence an expression for tools
/// @param text its file below Java's home
public record JavaPart(String name, String version, String licence, String text) {
    private static final String LIST = "java.tsv";
    private static final String FOLDER = "legal";
    private static final String TITLE = "## ";

    /// What the modules of a linked Java contain.
    ///
    /// @throws dev.gantry.engine.GantryException when the list does not know the licence of a part
    public static List<JavaPart> of(Path runtime) throws IOException {
        Map<String, String> licences = new HashMap<>();
        for (String line : LinkedPart.lines(LIST)) {
            int tab = line.indexOf('\t');
            licences.put(line.substring(0, tab), line.substring(tab + 1));
        }
        List<JavaPart> parts = new ArrayList<>();
        List<Path> texts;
        try (Stream<Path> files = Files.walk(runtime.resolve(FOLDER))) {
            texts = files.filter(file -> file.toString().endsWith(".md") && !Files.isSymbolicLink(file))
                    .sorted()
                    .toList();
        }
        for (Path text : texts) {
            parts.add(part(runtime, text, licences));
        }
        return parts;
    }

    private static JavaPart part(Path runtime, Path text, Map<String, String> licences) throws IOException {
        String file = text.getFileName().toString();
        String stem = file.substring(0, file.length() - ".md".length());
        String licence = licences.get(stem);
        if (licence == null) {
            throw Component.refused(file + " of Java", "the list of its parts does not know it");
        }
        String title = Files.readAllLines(text).stream()
                .filter(line -> line.startsWith(TITLE))
                .findFirst()
                .orElse(TITLE + stem)
                .substring(TITLE.length())
                .strip();
        int last = title.lastIndexOf(' ') + 1;
        boolean versioned = title.substring(last).matches("v?[0-9].*");
        return new JavaPart(
                versioned ? title.substring(0, last).replaceFirst("(,? (v|[Vv]ersion|release))? *$", "") : title,
                versioned ? title.substring(last).replaceFirst("^v", "") : "",
                licence,
                runtime.relativize(text).toString().replace('\\', '/'));
    }
}
