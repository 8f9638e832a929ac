package dev.gantry.installers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Makes the real image, with the real jlink and jpackage, and starts it where there is no other Java.
@EnabledOnOs(OS.LINUX)
class AppImageTest {
    private static final long MOST_BYTES_WITHOUT_KEPT_CLASSES = 140_000_000;

    @TempDir
    Path folder;

    @Test
    void image_runsByBothLaunchers_andIsSmall() throws Exception {
        Packaging packaging = new Packaging(Release.current(), Platform.current(), Path.of(".."), folder, line -> {});
        ImageLayout image = packaging.image(ProgramClassPath.entries(), false);

        assertThat(output(List.of(image.image().resolve("gantry").toString(), "--version")))
                .isEqualTo("gantry " + Release.current().version());
        assertThat(output(List.of(image.launcher().toString(), "--version")))
                .endsWith("gantry " + Release.current().version());
        assertThat(FileTree.bytes(image.image())).isLessThan(MOST_BYTES_WITHOUT_KEPT_CLASSES);
        assertThat(folder.resolve("files.sha256"))
                .content()
                .contains("lib/app/app-ui.jar", "lib/runtime/lib/modules", "lib/app/libglassgtk3.so");
        assertThat(image.app().resolve("legal/THIRD-PARTY-NOTICES.txt"))
                .content()
                .contains("javafx-graphics", "OpenJDK", "rustls 0.23.31 (in tokenizers)", "zlib 1.3", "FreeType");
        assertEveryJarIsNamed(
                image.app(), folder.resolve("gantry-" + Release.current().version() + ".cdx.json"));
    }

    /// Each of the others' jars in the image has its entry in the bill of materials and its paragraph in the notices.
    private static void assertEveryJarIsNamed(Path app, Path bill) throws IOException {
        Map<String, String> listed = new TreeMap<>();
        for (JsonNode component :
                JsonMapper.shared().readTree(Files.readString(bill)).get("components")) {
            if (!component.path("purl").asString("").startsWith("pkg:maven/")) {
                continue;
            }
            String name = component.get("name").asString();
            String version = component.get("version").asString();
            listed.put(
                    name + "-" + version,
                    "%s %s (%s)".formatted(name, version, component.get("group").asString()));
        }
        String notices = Files.readString(app.resolve("legal/THIRD-PARTY-NOTICES.txt"));
        List<Path> jars = FileTree.files(app).stream()
                .filter(file -> file.toString().endsWith(".jar") && !AppImage.isOwn(file))
                .toList();
        assertThat(jars).hasSizeGreaterThan(30);
        for (Path jar : jars) {
            String name = jar.getFileName().toString();
            List<String> paragraphs = listed.entrySet().stream()
                    .filter(component -> name.startsWith(component.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
            assertThat(paragraphs).as("the bill names %s", name).hasSize(1);
            assertThat(notices).contains(paragraphs);
        }
    }

    private String output(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        "/usr/bin:/bin",
                        "GANTRY_HOME",
                        folder.resolve("home").toString()));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }
}
