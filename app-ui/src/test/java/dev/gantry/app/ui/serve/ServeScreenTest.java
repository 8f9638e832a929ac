package dev.gantry.app.ui.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.server.ServerKey;
import dev.gantry.app.serving.Asking;
import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.zoo.catalog.GantryHome;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.stage.WindowEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Serve screen by robot.
class ServeScreenTest {
    @TempDir
    private Path home;

    @Test
    void theServer_isSwitchedOn_asked_andAskedForBeforeTheWindowCloses() throws Exception {
        try (OpenWindow open = OpenWindow.on(home)) {
            OpenWindow.onWindow(() -> {
                open.window.prepare();
                return true;
            });
            open.settle();
            open.go(ScreenName.SERVE);
            OpenWindow.onWindow(() -> {
                open.find("#serve-port", TextField.class).setText("0");
                return true;
            });
            open.untilItShows("Off", "No request yet");
            try (FxWatchdog watchdog = FxWatchdog.start()) {
                OpenWindow.onWindow(() -> {
                    open.find("#serve-on", Button.class).fire();
                    return true;
                });
                open.until(
                        () -> open.find("#serve-state", Label.class).getText().equals("On"));
                assertThat(watchdog.blocks()).allMatch(block -> !block.contains("dev.gantry.app.serving"));
            }
            open.settle();
            assertThat(open.unnamed()).isEmpty();
            String url = open.find("#serve-url", Label.class).getText();
            assertThat(Asking.ask(url, ServerKey.of(new GantryHome(home)))).isEqualTo(200);
            open.until(() ->
                    open.find("#serve-requests", TableView.class).getItems().size() == 1);

            assertThat(askedBeforeClosing(open)).isTrue();
            open.robot.clickOn("Switch off and close");
            open.settle();
            assertThat(open.window.scene().getWindow().isShowing()).isFalse();
        }
    }

    private static boolean askedBeforeClosing(OpenWindow open) {
        OpenWindow.onWindow(() -> {
            var window = open.window.scene().getWindow();
            window.fireEvent(new WindowEvent(window, WindowEvent.WINDOW_CLOSE_REQUEST));
            return true;
        });
        open.settle();
        return open.window.scene().getWindow().isShowing() && open.shows("The server is on");
    }
}
