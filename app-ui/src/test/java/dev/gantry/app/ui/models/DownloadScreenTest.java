package dev.gantry.app.ui.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.preferences.Language;
import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.hub.UnfinishedDownload;
import java.io.IOException;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The download form by robot: paused, the window closed, and gone on with in another window.
class DownloadScreenTest {
    @TempDir
    private Path folder;

    @Test
    void anotherLanguageInTheMiddleOfADownload_showsItStill_andItEndsInTheList() throws IOException {
        StarterModel.copyTo(folder.resolve("far"));
        Path home = folder.resolve("home");
        try (TinyHub hub = new TinyHub(folder.resolve("far"))) {
            System.setProperty(DownloadViewModel.ENDPOINT, hub.endpoint().toString());
            hub.hold();
            try (OpenWindow open = OpenWindow.on(home)) {
                open.go(ScreenName.MODELS);
                OpenWindow.onWindow(() -> {
                    open.find("#models-download-first", Button.class).fire();
                    open.find("#hub-repo", TextField.class).setText("owner/tiny");
                    open.find("#hub-look", Button.class).fire();
                    return true;
                });
                open.settle();
                OpenWindow.onWindow(() -> {
                    open.find("#hub-download", Button.class).fire();
                    return true;
                });
                open.until(() -> open.find("#hub-discard").isVisible());
                OpenWindow.onWindow(() -> {
                    open.window.preferences().change(now -> now.withLanguage(Language.CHINESE));
                    return true;
                });
                open.until(() -> open.find("#hub-discard").isVisible());
                open.untilItShows("模型");
                assertThat(open.find("#hub-repo", TextField.class).getText()).isEqualTo("owner/tiny");
                hub.letGo();
                open.until(() -> open.find("#list", ListView.class).getItems().size() == 1
                        && open.window.tasks().running().isEmpty());
                open.untilItShows("owner--tiny"); // a list is laid out after its items are set
                assertThat(OpenWindow.onWindow(
                                () -> open.window.status().onlineProperty().get()))
                        .isFalse();
            }
        } finally {
            System.clearProperty(DownloadViewModel.ENDPOINT);
        }
    }

    @Test
    void aDownload_isPaused_survivesTheWindow_andEndsInTheList() throws IOException {
        StarterModel.copyTo(folder.resolve("far"));
        Path home = folder.resolve("home");
        try (TinyHub hub = new TinyHub(folder.resolve("far"))) {
            System.setProperty(DownloadViewModel.ENDPOINT, hub.endpoint().toString());
            hub.hold();
            try (OpenWindow open = OpenWindow.on(home)) {
                open.go(ScreenName.MODELS);
                OpenWindow.onWindow(() -> {
                    open.find("#models-download-first", Button.class).fire();
                    open.find("#hub-repo", TextField.class).setText("owner/tiny");
                    open.find("#hub-repo").requestFocus();
                    return true;
                });
                open.robot.type(KeyCode.ENTER);
                open.settle();
                open.untilItShows("owner/tiny", "model.safetensors");
                assertThat(open.unnamed()).isEmpty();
                try (FxWatchdog watchdog = FxWatchdog.start()) {
                    OpenWindow.onWindow(() -> {
                        open.find("#hub-download", Button.class).fire();
                        return true;
                    });
                    open.until(
                            () -> !UnfinishedDownload.in(home.resolve("models")).isEmpty()
                                    && UnfinishedDownload.in(home.resolve("models"))
                                                    .getFirst()
                                                    .doneBytes()
                                            > 1_000_000);
                    open.robot.clickOn("Pause");
                    open.settle();
                    assertThat(watchdog.blocks()).allMatch(block -> !block.contains("dev.gantry.zoo"));
                }
                open.untilItShows("Unfinished downloads");
            }
            hub.letGo();
            try (OpenWindow open = OpenWindow.on(home)) {
                open.go(ScreenName.MODELS);
                OpenWindow.onWindow(() -> {
                    open.find("#models-download-first", Button.class).fire();
                    return true;
                });
                open.settle();
                open.robot.clickOn("Go on");
                open.until(() -> open.find("#list", ListView.class).getItems().size() == 1
                        && open.window.tasks().running().isEmpty());
                open.untilItShows("owner--tiny", "Ready");
            }
        } finally {
            System.clearProperty(DownloadViewModel.ENDPOINT);
        }
    }
}
