package dev.gantry.app.ui.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsScreenTest {
    /// A million for the figures in docs/performance.md, with -Dgantry.test.steps.
    private static final int LONG_RUN = Integer.getInteger("gantry.test.steps", 30_000);

    private static final System.Logger LOG = System.getLogger(RunsScreenTest.class.getName());

    @TempDir
    private Path folder;

    /// The events of a run that was killed after so many steps.
    static void longRun(Path run, int steps) throws IOException {
        Files.createDirectories(run.resolve("samples"));
        Files.writeString(run.resolve("config.json"), "{\"train\":{\"stage\":\"sft\"}}");
        Files.writeString(run.resolve("samples/step-000000.jsonl"), "{\"prompt\":\"Who?\",\"answer\":\"Nobody.\"}\n");
        try (BufferedWriter out = Files.newBufferedWriter(run.resolve("events.jsonl"))) {
            String t = "\"t\":\"2026-01-01T00:00:00Z\"";
            out.write("{\"kind\":\"state\"," + t + ",\"step\":0,\"state\":\"started\"}\n");
            out.write("{\"kind\":\"sample\"," + t + ",\"step\":0,\"file\":\"samples/step-000000.jsonl\"}\n");
            for (int step = 1; step <= steps; step++) {
                out.write(String.format(
                        Locale.ROOT,
                        "{\"kind\":\"metric\",%s,\"step\":%d,\"loss\":%.4f,\"grad_norm\":1.5,\"learning_rate\":1e-4,"
                                + "\"tokens_per_second\":100}%n",
                        t,
                        step,
                        1 + 3.0 / Math.sqrt(step) + (step % 7) * 0.02));
            }
        }
    }

    @Test
    void longHistory_isShown_withoutKeepingTheWindow() throws IOException {
        Path run = folder.resolve("runs/long");
        longRun(run, LONG_RUN);
        try (OpenWindow open = OpenWindow.on(folder)) {
            long asked = System.nanoTime();
            open.go(ScreenName.RUNS);
            open.until(() -> open.find("#runs-status", Label.class).getText().startsWith("Interrupted"));
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} steps shown after {1} ms",
                    LONG_RUN,
                    (System.nanoTime() - asked) / 1e6);
            ListView<?> list = open.find("#runs-list", ListView.class);
            assertThat(list.getItems().size()).isEqualTo(1);
            assertThat(open.find("#runs-reason", Label.class).getText()).contains("no window watched");
            try (FxWatchdog watchdog = FxWatchdog.start()) {
                open.robot.clickOn("Log axis");
                open.robot.clickOn("Samples");
                open.settle();
                open.robot.clickOn("Overview");
                open.settle();
                // what drawing in software takes on a busy machine is not work of the screen
                assertThat(watchdog.blocks()).allMatch(block -> block.contains("waitForRenderingToComplete"));
            }
        }
    }

    @Test
    void tickedRuns_areOverEachOther_withTheSettingsThatDiffer() throws IOException {
        longRun(folder.resolve("runs/a"), 40);
        longRun(folder.resolve("runs/b"), 60);
        Files.writeString(
                folder.resolve("runs/b/config.json"),
                "{\"app_version\":\"0\",\"train\":{\"seed\":7,\"stage\":\"dpo\"}}");
        try (OpenWindow open = OpenWindow.on(folder)) {
            open.go(ScreenName.RUNS);
            ListView<?> list = open.find("#runs-list", ListView.class);
            open.until(() -> list.getItems().size() == 2);
            OpenWindow.onWindow(() -> {
                list.requestFocus();
                list.getFocusModel().focus(0);
                return true;
            });
            open.robot.type(KeyCode.SPACE, KeyCode.DOWN, KeyCode.SPACE);
            open.untilItShows("2 runs compared");
            open.untilItShows("Version of Gantry", "Seed", "stage", "sft", "dpo");
            OpenWindow.onWindow(() -> {
                ComboBox<?> metric = open.find("#runs-compare-metric", ComboBox.class);
                metric.getSelectionModel().select(2);
                return true;
            });
            open.untilItShows("● a  1.00e-04");
            open.robot.clickOn("#runs-compare-done");
            open.until(() -> !open.shows("2 runs compared"));
        }
    }

    @Test
    void deletedRun_isGoneFromSight_andComesBackOnUndo() throws IOException {
        longRun(folder.resolve("runs/a"), 5);
        longRun(folder.resolve("runs/b"), 5);
        try (OpenWindow open = OpenWindow.on(folder)) {
            open.go(ScreenName.RUNS);
            ListView<?> list = open.find("#runs-list", ListView.class);
            open.until(() -> list.getItems().size() == 2);
            open.robot.clickOn("#runs-delete");
            open.until(() -> list.getItems().size() == 1);
            open.robot.clickOn("Undo");
            open.until(() -> list.getItems().size() == 2);
            assertThat(open.host.trashed).isEmpty();
        }
    }
}
