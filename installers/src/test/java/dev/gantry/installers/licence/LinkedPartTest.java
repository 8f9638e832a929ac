package dev.gantry.installers.licence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.installers.AppImage;
import dev.gantry.installers.ProgramClassPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the list of what libraries were linked from against the libraries themselves.
class LinkedPartTest {
    /// Where a crate lay when it was compiled, which its messages name.
    private static final Pattern CRATE_PATH = Pattern.compile(
            "registry[/\\\\]src[/\\\\][^/\\\\]{5,60}[/\\\\]([\\w-]+?)-(\\d+\\.\\d+\\.\\d+[\\w.+-]*)[/\\\\]");

    /// A crate in the name of a function (Rust's mangling v0): a hash, the length of the name, the name.
    private static final Pattern CRATE_SYMBOL = Pattern.compile("Cs[0-9A-Za-z]{4,14}_(\\d{1,2})_?([A-Za-z_]\\w*)");

    /// Of Rust itself, and DJL's own.
    private static final Set<String> KNOWN = Set.of(
            "__rustc",
            "alloc",
            "compiler_builtins",
            "core",
            "panic_unwind",
            "std",
            "std_detect",
            "djl_tokenizer",
            // the name that rustls-webpki goes by in code
            "webpki");

    @TempDir
    Path folder;

    private static List<Component> components() throws IOException {
        return Component.of(ProgramClassPath.entries(), AppImage::isOwn);
    }

    private static Component component(String name) throws IOException {
        return components().stream()
                .filter(component -> component.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<LinkedPart> everywhere(String carrier) throws IOException {
        return Stream.of("linux", "mac", "windows")
                .flatMap(system -> {
                    try {
                        return LinkedPart.of(components(), system).stream();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .filter(part -> part.carrier().equals(carrier))
                .distinct()
                .toList();
    }

    /// The libraries in the jar of a component, as text.
    private static List<String> libraries(String component, Predicate<String> named) throws IOException {
        try (ZipFile zip = new ZipFile(component(component).jar().orElseThrow().toFile())) {
            List<? extends ZipEntry> entries =
                    zip.stream().filter(entry -> named.test(entry.getName())).toList();
            return entries.stream()
                    .map(entry -> {
                        try {
                            return new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.ISO_8859_1);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
        }
    }

    @Test
    void everyCrate_thatALibraryOfTheTokenizersNames_isListedWithItsVersion() throws IOException {
        List<LinkedPart> parts = everywhere("tokenizers");
        Set<String> listed =
                parts.stream().map(part -> part.name() + " " + part.version()).collect(Collectors.toSet());
        Set<String> names =
                parts.stream().map(part -> part.name().replace('-', '_')).collect(Collectors.toSet());
        Set<String> paths = new TreeSet<>();
        Set<String> symbols = new TreeSet<>();
        List<String> libraries = libraries("tokenizers", name -> name.matches(".*tokenizers\\.(so|dylib|dll)"));
        for (String library : libraries) {
            Matcher path = CRATE_PATH.matcher(library);
            while (path.find()) {
                paths.add(path.group(1) + " " + path.group(2));
            }
            Matcher symbol = CRATE_SYMBOL.matcher(library);
            while (symbol.find()) {
                int length = Integer.parseInt(symbol.group(1));
                if (symbol.group(2).length() >= length) {
                    symbols.add(symbol.group(2).substring(0, length));
                }
            }
        }
        symbols.removeAll(KNOWN);

        assertThat(libraries.size()).as("for Linux twice, macOS, Windows").isEqualTo(4);
        assertThat(paths).hasSizeGreaterThan(50);
        assertThat(symbols).hasSizeGreaterThan(80);
        assertThat(listed).containsAll(paths);
        assertThat(names).containsAll(symbols);
        String compiler = "rustc version " + version(parts, "std");
        assertThat(libraries.stream()
                        .filter(library -> library.contains(compiler))
                        .count())
                .as("libraries with " + compiler)
                .isPositive();
        assertThat(libraries.stream()
                        .filter(library -> library.contains("OpenSSL 3."))
                        .count())
                .as("declared for Linux, and left out by the linker")
                .isZero();
    }

    private static String version(List<LinkedPart> parts, String name) {
        return parts.stream()
                .filter(part -> part.name().equals(name))
                .map(LinkedPart::version)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void versionsOfCompressors_areThoseThatTheirJarsName() throws IOException {
        assertThat(component("zstd-jni").version()).startsWith(version(everywhere("zstd-jni"), "Zstandard") + "-");
        List<LinkedPart> snappy = everywhere("snappy-java");
        assertThat(libraries("snappy-java", "org/xerial/snappy/VERSION"::equals))
                .singleElement()
                .asString()
                .contains("SNAPPY_VERSION=" + version(snappy, "Snappy"))
                .contains("BITSHUFFLE_VERSION=" + version(snappy, "bitshuffle"));
        assertThat(libraries("snappy-java", "org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so"::equals))
                .singleElement()
                .asString()
                .contains("GCC: (GNU) " + version(snappy, "libstdc++ of GCC"));
    }

    @Test
    void everyJarWithLibraries_hasAList() throws IOException {
        for (Component component : components()) {
            boolean carries = !libraries(
                            component.name(),
                            name -> name.matches(".*(linux|Linux|win|Windows).*\\.(so|dll)(\\.\\d+)?"))
                    .isEmpty();
            if (carries) {
                assertThat(everywhere(component.name())).as(component.name()).isNotEmpty();
            }
        }
    }

    @Test
    void everyPart_namesWhoseItIs_whereTheLicenceAsksForIt() throws IOException {
        for (Component component : components()) {
            for (LinkedPart part : everywhere(component.name())) {
                boolean asks = part.licences().stream().anyMatch(licence -> licence != Licence.APACHE_2);
                assertThat(!asks || !part.copyright().isEmpty()).as(part.name()).isTrue();
            }
        }
    }

    @Test
    void systemsOwnParts_areListedThereAlone() throws IOException {
        assertThat(LinkedPart.of(components(), "linux"))
                .extracting(LinkedPart::name)
                .contains("tokenizers", "libffi")
                .doesNotContain("winpthreads", "sysctl", "winapi");
        assertThat(LinkedPart.of(components(), "windows"))
                .extracting(LinkedPart::name)
                .contains("winpthreads", "winapi")
                .doesNotContain("sysctl");
    }

    @Test
    void otherVersionOfALibrary_endsThePackaging_untilTheListIsRenewed() {
        Component newer = new Component("net.java.dev.jna", "jna", "9.0", Licence.APACHE_2, Optional.empty());

        assertThatThrownBy(() -> LinkedPart.of(List.of(newer), "linux"))
                .isInstanceOfSatisfying(GantryException.class, e -> {
                    assertThat(e.code()).isEqualTo("PACKAGE-LINKED");
                    assertThat(e.what()).contains("jna 9.0");
                });
        assertThat(Licence.all("Apache-2.0 AND Beerware")).isEmpty();
        assertThat(Licence.all("Apache-2.0 AND ISC")).contains(List.of(Licence.APACHE_2, Licence.ISC));
    }

    @Test
    void partsOfJava_areReadFromItsFolder_andAnUnknownOneIsRefused() throws IOException {
        Path legal = Files.createDirectories(folder.resolve("legal/java.base"));
        Files.writeString(legal.resolve("zlib.md"), "## zlib v1.3.2\n");
        Files.writeString(legal.resolve("jpeg.md"), "## Independent JPEG Group: JPEG release 6b\n");
        Files.writeString(legal.resolve("public_suffix.md"), "## Mozilla Public Suffix List\n");
        Files.writeString(legal.resolve("unicode.md"), "## The Unicode Character Database, Version 16.0.0\n");

        assertThat(JavaPart.of(folder))
                .containsExactly(
                        new JavaPart("Independent JPEG Group: JPEG", "6b", "IJG", "legal/java.base/jpeg.md"),
                        new JavaPart("Mozilla Public Suffix List", "", "MPL-2.0", "legal/java.base/public_suffix.md"),
                        new JavaPart(
                                "The Unicode Character Database",
                                "16.0.0",
                                "Unicode-3.0",
                                "legal/java.base/unicode.md"),
                        new JavaPart("zlib", "1.3.2", "Zlib", "legal/java.base/zlib.md"));
        Files.writeString(legal.resolve("thing.md"), "## Thing v2\n");
        assertThatThrownBy(() -> JavaPart.of(folder))
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.code()).isEqualTo("PACKAGE-LICENCE"));
    }
}
