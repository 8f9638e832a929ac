package dev.gantry.installers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagedJarTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private Path out;

    @BeforeEach
    void makeFolder() throws IOException {
        out = Files.createDirectories(folder.resolve("out"));
    }

    private Path jar(String name, Map<String, String> entries) throws IOException {
        Path file = folder.resolve(name);
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    private String packed(Path source, Platform platform) throws IOException {
        return new PackagedJar(source, platform, TIME).writeTo(out);
    }

    private static List<String> names(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }

    @Test
    void jar_isTheSame_whenAllOfItIsNeeded() throws IOException {
        Path plain = jar("plain.jar", Map.of("A.class", "a"));

        assertThat(packed(plain, Platform.LINUX_X64)).isEqualTo("plain.jar");
        assertThat(out.resolve("plain.jar")).hasSameBinaryContentAs(plain);
    }

    @Test
    void jar_losesTheLibrariesOfOtherSystems() throws IOException {
        Path many = jar(
                "many.jar",
                Map.of(
                        "A.class",
                        "a",
                        "linux/amd64/libz.so",
                        "l",
                        "win/amd64/z.dll",
                        "w",
                        "darwin/aarch64/z.dylib",
                        "d"));
        packed(many, Platform.WINDOWS_X64);

        assertThat(names(out.resolve("many.jar"))).containsExactly("A.class", "win/amd64/z.dll");
    }

    @Test
    void javaFx_findsItsLibrariesBesideItsJar_butNotOnWindows() throws IOException {
        Path graphics = jar("graphics.jar", Map.of("A.class", "a", "libglass.so", "glass"));
        packed(graphics, Platform.LINUX_X64);
        assertThat(out.resolve("libglass.so")).hasContent("glass");
        assertThat(names(out.resolve("graphics.jar"))).containsExactly("A.class");

        Path windows = jar("windows.jar", Map.of("A.class", "a", "glass.dll", "glass"));
        packed(windows, Platform.WINDOWS_X64);
        assertThat(names(out.resolve("windows.jar"))).contains("glass.dll");
    }

    @Test
    void jar_withoutContent_isLeftOut() throws IOException {
        Path empty = jar("empty.jar", Map.of("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"));

        assertThat(packed(empty, Platform.LINUX_X64)).isEmpty();
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void folderOfClasses_becomesTheJarOfItsModule_withTheManifestFirst() throws IOException {
        Path classes = folder.resolve("engine/target/classes");
        for (String name : List.of("b/B.class", "META-INF/MANIFEST.MF", "A.class")) {
            Files.createDirectories(classes.resolve(name).resolveSibling("."));
            Files.writeString(classes.resolve(name), name);
        }

        assertThat(packed(classes, Platform.LINUX_X64)).isEqualTo("engine.jar");
        assertThat(names(out.resolve("engine.jar"))).containsExactly("META-INF/MANIFEST.MF", "A.class", "b/B.class");
    }

    @Test
    void bytes_areTheSame_wheneverItIsDone() throws IOException {
        Path many = jar("many.jar", Map.of("A.class", "a", "linux/amd64/libz.so", "l", "win/amd64/z.dll", "w"));
        packed(many, Platform.LINUX_X64);
        byte[] first = Files.readAllBytes(out.resolve("many.jar"));
        Files.delete(out.resolve("many.jar"));
        packed(many, Platform.LINUX_X64);

        assertThat(out.resolve("many.jar")).hasBinaryContent(first);
    }

    @Test
    void ownJar_isTheSameBytes_whoeverBuiltIt() throws IOException {
        Path strict = jar("engine-0.1.0.jar", Map.of("dev/A.class", "a", "dev/B.class", "b"));
        try (FileSystem inside = FileSystems.newFileSystem(strict, Map.of("enablePosixFileAttributes", true))) {
            Files.setPosixFilePermissions(inside.getPath("dev/A.class"), PosixFilePermissions.fromString("rw-------"));
        }
        packed(strict, Platform.LINUX_X64);
        byte[] first = Files.readAllBytes(out.resolve("engine-0.1.0.jar"));
        Path open = jar("engine-0.1.0.jar", Map.of("dev/B.class", "b", "dev/A.class", "a"));
        packed(open, Platform.LINUX_X64);

        assertThat(out.resolve("engine-0.1.0.jar")).hasBinaryContent(first);
    }
}
