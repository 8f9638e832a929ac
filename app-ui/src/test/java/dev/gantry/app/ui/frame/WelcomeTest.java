package dev.gantry.app.ui.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The first start, by keyboard.
class WelcomeTest {
    @TempDir
    private Path home;

    @Test
    void aFirstStart_checks_thenPointsAtFiveScreens_once() {
        try (OpenWindow open = OpenWindow.on(home)) {
            Welcome welcome = OpenWindow.onWindow(() -> {
                Welcome first = open.window.welcome();
                first.show();
                return first;
            });
            open.untilItShows("Is this machine ready?", "Waiting");
            try (FxWatchdog watchdog = FxWatchdog.start()) {
                OpenWindow.onWindow(() -> {
                    welcome.begin();
                    return true;
                });
                open.settle();
                assertThat(watchdog.blocks()).allMatch(block -> !block.contains("dev.gantry.app.selftest"));
            }
            // which of the three it is depends on the machine
            assertThat(open.find("#self-test-verdict", Label.class).getText())
                    .matches("(All is as|Gantry works here|Something will not).*");
            assertThat(open.unnamed()).isEmpty();
            open.untilItShows("Starter model", "Fine");

            OpenWindow.onWindow(() -> {
                open.find("#self-test-go-on", Button.class).fire();
                return true;
            });
            open.settle();
            for (ScreenName screen : Marks.SCREENS) {
                assertThat(open.find("#rail-" + screen.key()).getPseudoClassStates())
                        .anyMatch(state -> state.getPseudoClassName().equals("marked"));
                assertThat(open.unnamed()).isEmpty();
                open.robot.type(KeyCode.ENTER);
                open.settle();
            }
            assertThat(open.window.notices().hasOverlay()).isFalse();

            OpenWindow.onWindow(() -> {
                open.window.welcome().show();
                return true;
            });
            open.settle();
            assertThat(open.find(".top-bar .title", Label.class).getText()).isEqualTo("Home");
        }
    }

    @Test
    void marks_areShownAgainByThePalette_andLeftWithEscape() {
        try (OpenWindow open = OpenWindow.on(home)) {
            open.robot.press(KeyCode.CONTROL).type(KeyCode.K).release(KeyCode.CONTROL);
            open.robot.write("five marks");
            open.robot.type(KeyCode.ENTER);
            open.settle();
            open.untilItShows("1 of 5");
            open.robot.type(KeyCode.ESCAPE);
            open.settle();
            assertThat(open.window.notices().hasOverlay()).isFalse();
        }
    }
}
