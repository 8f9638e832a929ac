package dev.gantry.app.ui.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.lora.starter.StarterModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.control.ListView;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Models screen by robot.
class ModelsScreenTest {
    @TempDir
    Path folder;

    private int listed(OpenWindow open) {
        return OpenWindow.onWindow(
                () -> open.find("#list", ListView.class).getItems().size());
    }

    @Test
    void aModel_isAdded_lookedAt_forgotten_andBroughtBack_byKeyboard() throws IOException {
        StarterModel.copyTo(folder.resolve("tiny"));
        try (OpenWindow open = OpenWindow.on(folder.resolve("home"))) {
            open.go(ScreenName.MODELS);
            open.host.chosen.add(folder.resolve("tiny"));
            OpenWindow.onWindow(() -> {
                open.find("#addFirst").requestFocus();
                return true;
            });
            open.robot.type(KeyCode.SPACE);
            open.until(() -> open.window.tasks().running().isEmpty() && listed(open) == 1);
            open.settle();
            open.untilItShows("tiny", "Ready", "What it is made of", "Rotary, base 10,000");

            OpenWindow.onWindow(() -> {
                open.find("#list").requestFocus();
                return true;
            });
            open.robot.type(KeyCode.DELETE);
            open.until(() -> listed(open) == 0);
            open.robot.clickOn("Undo");
            open.until(() -> listed(open) == 1);
        }
    }

    @Test
    void aFolderWithoutAModel_isExplained_onTheScreen() throws IOException {
        Path bad = Files.createDirectories(folder.resolve("bad"));
        try (OpenWindow open = OpenWindow.on(folder.resolve("home"))) {
            open.go(ScreenName.MODELS);
            open.host.chosen.add(bad);
            open.robot.clickOn("#addFirst");
            open.settle();

            open.untilItShows("Choose another folder");
            open.robot.clickOn("Copy report");
            assertThat(open.host.copied).singleElement().asString().contains("MODEL-NO-CONFIG");
        }
    }

    @Test
    void checkingAModel_leavesTheWindowFree() throws IOException {
        StarterModel.copyTo(folder.resolve("tiny"));
        try (OpenWindow open = OpenWindow.on(folder.resolve("home"))) {
            open.go(ScreenName.MODELS);
            open.host.chosen.add(folder.resolve("tiny"));
            open.robot.clickOn("#addFirst");
            open.settle();
            // once more, now that every class and every style has been loaded
            open.host.chosen.add(folder.resolve("tiny"));
            try (FxWatchdog watchdog = FxWatchdog.start()) {
                OpenWindow.onWindow(() -> {
                    open.find("#add", javafx.scene.control.Button.class).fire();
                    return true;
                });
                open.settle();
                assertThat(watchdog.blocks()).isEmpty();
            }
        }
    }
}
