package dev.gantry.installers.licence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Writes who made what in a package, and the text of every licence, for people.
///
/// A library's own texts are taken from its jar. Where it brings none, the text of its licence lies there once for all
/// that have it.
public final class Notices {
    public static final String FILE = "THIRD-PARTY-NOTICES.txt";
    /// Below the package's Java.
    private static final String JAVA_TEXTS = "legal/java.base/";

    private final Path project;
    private final Path runtime;
    private final Path folder;

    /// @param project the folder of the sources, for our own licence and that of the fonts
    /// @param runtime the linked Java, which brings the texts of its own licences
    /// @param folder where texts go
    public Notices(Path project, Path runtime, Path folder) {
        this.project = project;
        this.runtime = runtime;
        this.folder = folder;
    }

    /// @param linked what libraries of machine code were linked from
    /// @param java what Java contains
    /// @return the overview
    public Path write(List<Component> components, List<LinkedPart> linked, List<JavaPart> java) throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder("""
                Gantry is under the Apache License 2.0, whose text is in Apache-2.0.txt.
                It contains the following, each unchanged but for libraries of other systems that were left out.

                """);
        for (Component component : components) {
            List<String> files = texts(component);
            text.append("%s %s (%s)%n".formatted(component.name(), component.version(), component.group()));
            text.append("    licence: %s%n".formatted(component.licence().spdx()));
            text.append("    text: %s%n%n".formatted(String.join(", ", files)));
        }
        for (LinkedPart part : linked) {
            text.append("%s %s (in %s)%n".formatted(part.name(), part.version(), part.carrier()));
            text.append("    licence: %s%n".formatted(part.expression()));
            if (!part.copyright().isEmpty()) {
                text.append("    copyright: %s%n".formatted(part.copyright()));
            }
            text.append("    text: %s%n%n".formatted(standards(part)));
        }
        for (JavaPart part : java) {
            text.append("%s (in OpenJDK)%n".formatted((part.name() + " " + part.version()).strip()));
            text.append("    licence: %s%n".formatted(part.licence()));
            text.append("    text: %s in the folder of Java%n%n".formatted(part.text()));
        }
        copy(project.resolve("LICENSE"), Licence.APACHE_2.spdx() + ".txt");
        Path file = folder.resolve(FILE);
        Files.writeString(file, text.toString().replace(System.lineSeparator(), "\n"));
        return file;
    }

    private String standards(LinkedPart part) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Licence licence : part.licences()) {
            texts.add(licence == Licence.MIT ? resource("MIT.txt") : standard(licence));
        }
        return String.join(", ", texts);
    }

    private List<String> texts(Component component) throws IOException {
        List<String> texts = component.jar().isPresent()
                ? ofJar(component.name(), component.jar().get())
                : List.of();
        return texts.stream().anyMatch(Notices::isLicence) ? texts : List.of(standard(component.licence()));
    }

    private List<String> ofJar(String name, Path jar) throws IOException {
        List<String> texts = new ArrayList<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().filter(Notices::isText).toList()) {
                String file =
                        name + "-" + entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                Files.write(folder.resolve(file), zip.getInputStream(entry).readAllBytes());
                texts.add(file);
            }
        }
        return texts;
    }

    private static boolean isText(ZipEntry entry) {
        return !entry.isDirectory() && entry.getName().matches("META-INF/[^/]*(LICENSE|NOTICE)(\\.txt|\\.md)?");
    }

    private static boolean isLicence(String file) {
        return file.toUpperCase(Locale.ROOT).contains("-LICENSE");
    }

    /// The text of a licence, written where it is first needed.
    private String standard(Licence licence) throws IOException {
        return switch (licence) {
            case APACHE_2 -> licence.spdx() + ".txt";
            case BSD_2, BSD_3, MPL_2, ISC, UNICODE_3, CDLA_PERMISSIVE_2, IJG -> resource(licence.spdx() + ".txt");
            case OFL ->
                copy(project.resolve("app-ui/src/main/resources/dev/gantry/app/ui/look/OFL.txt"), "OFL-1.1.txt");
            case GPL_2_CLASSPATH ->
                copy(runtime.resolve(JAVA_TEXTS + "LICENSE"), "GPL-2.0-with-classpath-exception.txt");
            case GPL_3_GCC -> resource("GPL-3.0-with-GCC-exception.txt");
            // each brings its own, with the name of who made it
            case MIT -> throw new IllegalStateException("a library under the MIT licence brings no text");
        };
    }

    private String copy(Path text, String name) throws IOException {
        Files.write(folder.resolve(name), Files.readAllBytes(text));
        return name;
    }

    private String resource(String name) throws IOException {
        try (var in = Objects.requireNonNull(Notices.class.getResourceAsStream(name), name)) {
            Files.write(folder.resolve(name), in.readAllBytes());
        }
        return name;
    }
}
