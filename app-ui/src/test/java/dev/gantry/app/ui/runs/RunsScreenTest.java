package dev.gantry.app.ui.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.run.RunStatus;
import dev.gantry.app.run.TinyRuns;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.lora.run.RunCommand;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsScreenTest {
    private static final int LONG_RUN = 30_000;

    @TempDir
    private Path folder;

    private static RunDetail detail(RunsViewModel model) {
        return Objects.requireNonNull(model.detailProperty().get());
    }

    @Test
    void killedTrainer_isSeen_explained_andResumed() throws IOException, InterruptedException {
        TinyRuns tiny = new TinyRuns(folder);
        Path run = tiny.runs().create(tiny.config(TinyRuns.ENDLESS), "tiny");
        try (FakeServices fake = new FakeServices(tiny.runs().home().folder());
                RunsViewModel model = new RunsViewModel(fake.services(), tiny.runs())) {
            model.refresh();
            assertThat(model.lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line.status()).isEqualTo(RunStatus.WAITING));
            model.resume();
            TinyRuns.awaitStep(run, 3);
            model.refresh();
            assertThat(detail(model).run().status()).isEqualTo(RunStatus.TRAINING);
            assertThat(detail(model).charts().loss().isEmpty()).isFalse();
            assertThat(fake.status.runProperty().get()).isNotNull();
            assertThat(fake.status.questionBeforeClosing()).isPresent();

            model.tell(RunCommand.PAUSE);
            TinyRuns.awaitState(run, RunState.PAUSED);
            model.refresh();
            assertThat(detail(model).run().status()).isEqualTo(RunStatus.PAUSED);

            ProcessHandle trainer = TrainerMark.require(run).process().orElseThrow();
            trainer.destroyForcibly();
            trainer.onExit().join();
            while (!Files.exists(run.resolve("exit.json"))) {
                Thread.sleep(5);
            }
            model.refresh();
            assertThat(detail(model).run().status()).isEqualTo(RunStatus.INTERRUPTED);
            assertThat(detail(model).reason()).contains("signal 9");
            assertThat(fake.status.questionBeforeClosing()).isEmpty();

            model.resume();
            TinyRuns.awaitState(run, RunState.RESUMED);
            model.tell(RunCommand.STOP);
            TinyRuns.awaitState(run, RunState.STOPPED);
            while (!Files.exists(run.resolve("exit.json"))) {
                Thread.sleep(5);
            }
            assertThat(fake.failures).isEmpty();
        }
    }

    /// The events of a run that was killed after so many steps.
    private void longRun(Path run, int steps) throws IOException {
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
            open.go(ScreenName.RUNS);
            open.until(() -> open.find("#runs-status", Label.class).getText().startsWith("Interrupted"));
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
