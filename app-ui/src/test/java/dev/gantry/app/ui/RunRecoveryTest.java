package dev.gantry.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.run.TinyRuns;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import dev.gantry.lora.starter.StarterModel;
import java.io.IOException;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.stage.WindowEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real window beside real trainers of a tiny model: what is closed, killed and found again.
class RunRecoveryTest {
    @TempDir
    private Path folder;

    private TinyRuns tiny;
    private Path run;

    @BeforeEach
    void train() throws IOException, InterruptedException {
        tiny = new TinyRuns(folder);
        run = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "tiny");
        tiny.runs().train(run);
        TinyRuns.awaitStep(run, 1);
    }

    @AfterEach
    void endTrainers() throws IOException, InterruptedException {
        tiny.endTrainers();
    }

    private OpenWindow open() {
        return OpenWindow.on(tiny.runs().home().folder());
    }

    private static void askToClose(OpenWindow open) {
        OpenWindow.onWindow(() -> {
            var window = open.window.scene().getWindow();
            window.fireEvent(new WindowEvent(window, WindowEvent.WINDOW_CLOSE_REQUEST));
            return true;
        });
        open.settle();
    }

    private static void awaitPill(OpenWindow open) {
        open.until(() -> open.find("#runPill", Button.class).getText().startsWith("Training · step "));
    }

    @Test
    void windowThatClosed_leavesTheRun_andTheNextFindsIt_andStopsIt() throws IOException, InterruptedException {
        try (OpenWindow first = open()) {
            awaitPill(first);
            askToClose(first);
            first.untilItShows("A run is training");
            first.robot.clickOn("Keep training");
            first.until(() -> !first.window.scene().getWindow().isShowing());
        }
        assertThat(TrainerMark.require(run).isAlive()).isTrue();
        try (OpenWindow second = open()) {
            awaitPill(second);
            second.untilItShows("tiny was training while no window was open.");
            askToClose(second);
            second.robot.clickOn("Stop and save");
            second.until(() -> !second.window.scene().getWindow().isShowing());
        }
        TinyRuns.awaitState(run, RunState.STOPPED);
    }

    @Test
    void trainerThatIsKilled_isExplained_andGoesOn_whileTheWindowStaysFluid() throws IOException, InterruptedException {
        StarterModel.copyTo(folder.resolve("another"));
        try (OpenWindow open = open()) {
            awaitPill(open);
            open.robot.clickOn("#runPill");
            open.until(() -> open.find("#runs-status", Label.class).getText().startsWith("Training"));
            open.go(ScreenName.MODELS);
            open.go(ScreenName.RUNS);
            // every class and every style has been loaded now
            try (FxWatchdog watchdog = FxWatchdog.start()) {
                importBeside(open);
                open.go(ScreenName.RUNS);
                // drawing in software on a busy machine is not work of the screen
                assertThat(watchdog.blocks()).allMatch(block -> block.contains("waitForRenderingToComplete"));
            }
            TrainerMark.require(run).process().orElseThrow().destroyForcibly();
            open.until(() -> open.find("#runs-status", Label.class).getText().startsWith("Interrupted"));
            open.untilItShows("tiny was interrupted.");
            assertThat(open.find("#runs-reason", Label.class).getText()).contains("Resume goes on");
            // it was killed before its first checkpoint, so it goes on from the start
            open.robot.clickOn("#runs-resume");
            open.until(() -> open.find("#runs-status", Label.class).getText().startsWith("Training"));
            open.robot.clickOn("#runs-stop");
            TinyRuns.awaitState(run, RunState.STOPPED);
        }
    }

    private void importBeside(OpenWindow open) {
        open.go(ScreenName.MODELS);
        open.host.chosen.add(folder.resolve("another"));
        OpenWindow.onWindow(() -> {
            open.find("#add", Button.class).fire();
            return true;
        });
        open.settle();
        open.untilItShows("another");
    }
}
