package dev.gantry.app.ui.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.library.DataShelf;
import dev.gantry.app.run.RunFiles;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.lora.run.RunFolder;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.zoo.catalog.DatasetEntry;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Drives the real window; the run at the end trains in a process of its own.
class TrainScreenTest {
    @TempDir
    Path home;

    private static String verdict(OpenWindow open) {
        return open.find("#train-verdict", Label.class).getText();
    }

    private Path onlyRun() throws IOException {
        try (Stream<Path> runs = Files.list(home.resolve("runs"))) {
            return runs.findFirst().orElseThrow();
        }
    }

    @Test
    void settingsWithDataThatIsInNoList_showItsFile() throws Exception {
        Path rows = Files.writeString(home.resolve("mine.jsonl"), """
                {"instruction": "Who are you?", "output": "Somebody."}
                """.repeat(40));
        Path file = Files.writeString(
                home.resolve("mine.gantry"), """
                {"stage": "sft", "model": "starter", "data": {"path": "%s"}}
                """.formatted(rows.toString().replace('\\', '/')));
        try (OpenWindow open = OpenWindow.on(home)) {
            OpenWindow.onWindow(() -> {
                open.window.go(new Destination.OpenSettings(file));
                return true;
            });
            open.settle();

            assertThat(open.find("#train-data", ComboBox.class).getPromptText()).isEqualTo("mine.jsonl");
            assertThat(verdict(open)).isEqualTo("It fits");
        }
    }

    @Test
    void planThatDoesNotFit_isFixedByAClick_andTheRunTrains() throws Exception {
        try (OpenWindow open = OpenWindow.on(home)) {
            DataShelf shelf = new DataShelf(new GantryHome(home), open.window.catalog());
            Path rows = shelf.sample();
            shelf.put(new DatasetEntry("gus", rows, "messages", 1167, Instant.EPOCH), DataSection.of(rows.toString()));
            OpenWindow.onWindow(() -> {
                open.window.go(new Destination.Teach("starter", rows));
                return true;
            });
            open.settle();
            assertThat(verdict(open)).isEqualTo("It fits");

            OpenWindow.onWindow(() -> {
                open.find("#train-memory-limited", ToggleButton.class).fire();
                open.find("#simple-train-machine-device_memory", TextField.class)
                        .setText("8MiB");
                return true;
            });
            open.settle();
            assertThat(verdict(open)).startsWith("It does not fit");
            assertThat(open.find("#start", Button.class).isDisabled()).isTrue();
            OpenWindow.onWindow(() -> {
                open.find(".fix", Button.class).fire();
                return true;
            });
            open.settle();
            assertThat(verdict(open)).isEqualTo("It fits");

            OpenWindow.onWindow(() -> {
                open.find("#train-advanced", ToggleButton.class).fire();
                open.find("#train-section-duration", ToggleButton.class).fire();
                open.find("#train-duration-max_steps", TextField.class).setText("2");
                return true;
            });
            open.settle();
            open.robot.clickOn("#start");
            open.settle();
            Path run = onlyRun();
            // the last thing that is written there
            open.until(() -> Files.exists(run.resolve(RunFiles.EXIT)));
            assertThat(run.resolve(RunFolder.REPORT_FILE)).exists();
            assertThat(run.resolve(RunFolder.CONFIG_FILE)).content().contains("\"max_steps\" : 2");
        }
    }
}
