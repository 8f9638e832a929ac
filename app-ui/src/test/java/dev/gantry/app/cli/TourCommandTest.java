package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.chat.ChatStore;
import dev.gantry.app.library.CatalogAccess;
import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `gantry tour --this-home`, as a user runs it, over a home that somebody lives in.
class TourCommandTest {
    @TempDir
    private Path folder;

    @Test
    void tourOfAHomeInUse_showsEveryScreen_andLeavesTheHomeAsItWas() throws IOException, InterruptedException {
        Path home = folder.resolve("home");
        assertThat(TestCommands.run(home, "", new StringWriter(), new StringWriter(), "models"))
                .isZero();
        String settings = "{\"theme\": \"CONTRAST\", \"language\": \"ENGLISH\", \"textSizePercent\": 110}";
        PreferenceStore kept =
                PreferenceStore.open(Files.writeString(PreferenceStore.fileIn(home), settings), Runnable::run);
        List<String> before = names(home);
        Path pictures = folder.resolve("pictures");

        assertThat(exitCode(home, "tour", pictures.toString(), "--this-home", "--theme", "dark", "--text-size", "150"))
                .as(log())
                .isZero();
        assertThat(names(pictures))
                .contains("0-window-mark-1-dark.png", "0-window-error-dark.png", "1-home-dark.png")
                .contains("2-models-dark.png", "3-data-dark.png", "4-train-dark.png", "5-runs-dark.png")
                .contains("6-chat-dark.png", "7-export-dark.png", "8-serve-dark.png", "9-hardware-dark.png")
                .contains("9-hardware-welcome-dark.png", "10-settings-dark.png")
                // these would have written to the home, measured or started something
                .doesNotContain("3-data-check-dark.png", "6-chat-answer-dark.png", "7-export-receipt-dark.png")
                .doesNotContain("8-serve-on-dark.png", "9-hardware-measured-dark.png");
        var picture = ImageIO.read(pictures.resolve("1-home-dark.png").toFile());
        assertThat(List.of(picture.getWidth(), picture.getHeight())).containsExactly(1280, 800);
        assertThat(PreferenceStore.open(PreferenceStore.fileIn(home), Runnable::run)
                        .current())
                .isEqualTo(kept.current());
        // what every window makes when it is opened
        assertThat(names(home))
                .filteredOn(name -> !name.matches("(cache|models/starter)/.*|server.key"))
                .containsExactlyElementsOf(before);
        try (CatalogAccess catalog = new CatalogAccess(new GantryHome(home), repair -> {})) {
            assertThat(new ChatStore(new GantryHome(home), catalog).list()).isEmpty();
        }
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> all = Files.walk(of)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> of.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private int exitCode(Path home, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "--add-modules=jdk.incubator.vector"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add("dev.gantry.app.Main");
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("GANTRY_HOME", home.toString());
        Process child = builder.start();
        try {
            assertThat(child.waitFor(3, TimeUnit.MINUTES)).as("ended in time").isTrue();
        } finally {
            child.destroyForcibly();
        }
        return child.exitValue();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }
}
