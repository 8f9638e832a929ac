package dev.gantry.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.run.RunFiles;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a blank screen to a tuned model, a talk with it and its export, through the real window and by keyboard alone,
/// with the model and the rows that come with the program; the run trains in a process of its own.
class FirstTenMinutesTest {
    private static final int STEPS = 8;
    private static final int ANSWER_TOKENS = 12;

    @TempDir
    private Path home;

    @AfterEach
    void endTrainer() throws IOException {
        new OnlyRun(home).endTrainer();
    }

    private static String status(OpenWindow open) {
        return open.find("#runs-status", Label.class).getText();
    }

    @Test
    void newcomer_checksData_plansTrainsWatchesComparesAndExports_byKeyboardAlone() throws Exception {
        try (OpenWindow open = OpenWindow.on(home)) {
            Keys keys = new Keys(open);
            keys.screen(number(open, ScreenName.CHAT));
            keys.press("chat-starter");
            ask(open, keys, "Who are you?");

            keys.screen(number(open, ScreenName.DATA));
            keys.press("data-sample");
            for (int step = 0; step < 3; step++) {
                keys.goOn();
            }
            assertThat(open.find("#data-step-split", ToggleButton.class).isSelected())
                    .isTrue();
            keys.goOn();
            open.until(() -> open.find("#train-verdict", Label.class).getText().equals("It fits"));
            limitSteps(keys);
            open.until(() -> !open.find("#start", Button.class).isDisabled());
            keys.goOn();
            open.until(new OnlyRun(home)::exists);
            Path run = new OnlyRun(home).folder();
            open.until(() -> status(open).startsWith("Training"));
            assertThat(OpenWindow.onWindow(
                            () -> open.window.status().runProperty().get()))
                    .isNotNull();

            keys.press("runs-pause");
            open.until(() -> status(open).startsWith("Paused"));
            keys.press("runs-continue");
            open.until(() ->
                    Files.exists(run.resolve(RunFiles.EXIT)) && status(open).startsWith("Finished"));
            assertThat(open.find("#runs-status", Label.class).getText()).endsWith("step " + STEPS + " of " + STEPS);
            assertThat(states(run)).contains(RunState.PAUSED, RunState.CONTINUED, RunState.FINISHED);
            open.until(() -> open.window.status().runProperty().get() == null);

            keys.press("runs-compare");
            open.until(() -> open.find(".top-bar .title", Label.class).getText().equals("Chat"));
            ask(open, keys, "Where do you live?");

            keys.screen(number(open, ScreenName.EXPORT));
            open.until(() -> !open.find("#export-start", Button.class).isDisabled());
            keys.goOn();
            open.until(() -> open.robot.lookup("#export-verdict").tryQuery().isPresent());
            assertThat(open.find("#export-verdict", Label.class).getText()).startsWith("Exported. It loads");
            assertThat(exported()).isRegularFile();
        }
    }

    private Path exported() throws IOException {
        try (Stream<Path> folders = Files.list(home.resolve("exports"))) {
            return folders.findFirst().orElseThrow().resolve("model.safetensors");
        }
    }

    /// Waits for the whole answer, or for both where models stand side by side.
    private static void ask(OpenWindow open, Keys keys, String question) {
        if (!open.find("#chat-options-shown", ToggleButton.class).isSelected()) {
            keys.press("chat-options-shown");
        }
        keys.write("chat-max-tokens-number", Integer.toString(ANSWER_TOKENS));
        keys.write("chat-text", question);
        keys.type(KeyCode.ENTER);
        open.until(() -> open.shows(question) && open.find("#chat-send").isVisible());
        open.settle();
        ListView<?> transcript = open.find(".transcript", ListView.class);
        assertThat(OpenWindow.onWindow(() -> transcript.getItems().size())).isGreaterThan(2);
    }

    private static int number(OpenWindow open, ScreenName screen) {
        return open.window.screenNames().indexOf(screen) + 1;
    }

    /// What a newcomer would leave alone, and this test has no time for.
    private static void limitSteps(Keys keys) {
        keys.press("train-advanced");
        keys.press("train-section-duration");
        keys.write("train-duration-max_steps", Integer.toString(STEPS));
    }

    private static List<RunState> states(Path run) throws IOException {
        return EventLog.read(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.StateChange.class::isInstance)
                .map(event -> ((RunEvent.StateChange) event).state())
                .toList();
    }
}
