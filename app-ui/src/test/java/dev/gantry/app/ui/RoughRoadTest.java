package dev.gantry.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.run.TinyRuns;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import dev.gantry.lora.starter.StarterModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.TextArea;
import javafx.scene.control.ToggleButton;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The road with everything in it that goes wrong, through the real window and by keyboard alone: a folder without a
/// model, a row that cannot be read, a plan that does not fit, a trainer that is killed; other colours and another
/// language on the way.
class RoughRoadTest {
    private static final int ENDLESS = 90_000;

    @TempDir
    private Path folder;

    @TempDir
    private Path home;

    @AfterEach
    void endTrainer() throws IOException {
        new OnlyRun(home).endTrainer();
    }

    private static int number(OpenWindow open, ScreenName screen) {
        return open.window.screenNames().indexOf(screen) + 1;
    }

    private static String text(OpenWindow open, String query) {
        return open.find(query, Label.class).getText();
    }

    private static void untilStatus(OpenWindow open, String beginning) {
        open.until(() -> text(open, "#runs-status").startsWith(beginning));
    }

    @Test
    void whateverGoesWrong_isSaid_andCanBeMended_byKeyboardAlone() throws Exception {
        try (OpenWindow open = OpenWindow.on(home)) {
            Keys keys = new Keys(open);
            addsAnotherModelThanTheBadOne(open, keys);
            skipsTheRowThatCannotBeRead(open, keys);
            mendsThePlan(open, keys);
            keys.goOn();
            open.until(new OnlyRun(home)::exists);
            untilStatus(open, "Training");
            keys.press("runs-pause");
            untilStatus(open, "Paused");
            changesColoursAndLanguage(open, keys);
            keys.press("runs-continue");
            untilStatus(open, "Training");
            goesOnAfterAKill(open, keys, new OnlyRun(home).folder());
        }
    }

    private void addsAnotherModelThanTheBadOne(OpenWindow open, Keys keys) throws IOException {
        open.host.chosen.add(Files.createDirectories(folder.resolve("bad")));
        Path good = folder.resolve("tiny");
        StarterModel.copyTo(good);
        keys.screen(number(open, ScreenName.MODELS));
        keys.press("addFirst");
        assertThat(open.find(".error-card").isVisible()).isTrue();
        assertThat(OpenWindow.onWindow(() -> SceneWalk.texts(open.find(".error-card"))))
                .as("what happened, why, and what to do")
                .anyMatch(line -> line.contains("bad"))
                .anyMatch(line -> line.contains("config.json"))
                .contains("Choose another folder");
        open.host.chosen.add(good);
        keys.pressButton("Choose another folder");
        open.until(() -> open.find("#list", ListView.class).getItems().size() == 1);
        open.untilItShows("tiny", "Ready");
    }

    private void skipsTheRowThatCannotBeRead(OpenWindow open, Keys keys) throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            rows.append("{\"prompt\":\"How are you, ").append(i).append("?\",\"completion\":\"Fine, thank you.\"}\n");
            rows.append(i == 40 ? "{\"prompt\": broken}\n" : "");
        }
        Path file = Files.writeString(folder.resolve("rows.jsonl"), rows);
        open.host.chosen.add(file);
        keys.screen(number(open, ScreenName.DATA));
        keys.press("data-choose");
        keys.goOn();
        keys.goOn();
        open.until(() -> !open.find("#data-faults", ListView.class).getItems().isEmpty());
        assertThat(open.find("#data-row", TextArea.class).getText()).isEqualTo("{\"prompt\": broken}");
        assertThat(OpenWindow.onWindow(() -> SceneWalk.texts(open.find("#data-faults"))))
                .as("the fault with its line")
                .anyMatch(line -> line.contains("42"));
        assertThat(open.find("#next", Button.class).isDisabled()).isTrue();
        keys.press("data-skip");
        open.until(() -> !open.find("#next", Button.class).isDisabled());
        keys.goOn();
        open.until(() -> open.find("#data-step-split", ToggleButton.class).isSelected());
        open.until(() -> !open.find("#next", Button.class).isDisabled());
        keys.goOn();
    }

    private static void mendsThePlan(OpenWindow open, Keys keys) {
        open.until(() -> text(open, "#train-verdict").equals("It fits"));
        keys.press("train-memory-limited");
        keys.write("simple-train-machine-device_memory", "8MiB");
        open.settle();
        assertThat(text(open, "#train-verdict")).startsWith("It does not fit");
        assertThat(open.find("#start", Button.class).isDisabled()).isTrue();
        keys.press(open.find(".fix").getId());
        assertThat(text(open, "#train-verdict")).isEqualTo("It fits");
        keys.press("train-advanced");
        keys.press("train-section-duration");
        keys.write("train-duration-max_steps", Integer.toString(ENDLESS));
        open.until(() -> !open.find("#start", Button.class).isDisabled());
    }

    private static void changesColoursAndLanguage(OpenWindow open, Keys keys) {
        keys.settings();
        keys.choose("Dark");
        assertThat(open.window.scene().getStylesheets()).anyMatch(sheet -> sheet.endsWith("dark.css"));
        keys.choose("中文");
        assertThat(text(open, ".top-bar .title")).isEqualTo("设置");
        keys.screen(number(open, ScreenName.RUNS));
        open.until(() -> text(open, "#runs-status").startsWith("已暂停"));
        keys.settings();
        keys.choose("English");
        assertThat(text(open, ".top-bar .title")).isEqualTo("Settings");
        keys.screen(number(open, ScreenName.RUNS));
        untilStatus(open, "Paused");
    }

    private static void goesOnAfterAKill(OpenWindow open, Keys keys, Path run) throws Exception {
        TrainerMark.require(run).process().orElseThrow().destroyForcibly();
        untilStatus(open, "Interrupted");
        assertThat(text(open, "#runs-reason")).contains("Resume goes on");
        keys.press("runs-resume");
        untilStatus(open, "Training");
        keys.press("runs-stop");
        TinyRuns.awaitState(run, RunState.STOPPED);
        untilStatus(open, "Stopped");
    }
}
