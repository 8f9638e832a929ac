package dev.gantry.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunCommand;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerProcessTest {
    private static final int KILLED = 128 + 9;
    private static final int CANCELLED = 130;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TinyRuns tiny;

    @SuppressWarnings("NullAway.Init")
    private Runs runs;

    @BeforeEach
    void makeInputs() throws IOException {
        tiny = new TinyRuns(folder);
        runs = tiny.runs();
    }

    /// A test that failed half-way leaves no trainer behind.
    @AfterEach
    void endTrainers() throws IOException {
        for (Path run : runs.alive()) {
            TrainerMark.read(run).flatMap(TrainerMark::process).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private static int exitOf(TrainerProcess trainer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return trainer.exit().get(60, TimeUnit.SECONDS);
    }

    @Test
    void trainer_isTold_killed_resumed_andStopped()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Path run = runs.create(tiny.config(TinyRuns.ENDLESS), "my first run!");
        assertThat(run.getFileName()).hasToString("my-first-run");
        TrainerProcess trainer = runs.train(run);
        assertThat(runs.alive()).containsExactly(run);
        assertThatThrownBy(() -> runs.train(run)).hasMessageContaining("another process is training there");
        TinyRuns.awaitStep(run, 3);
        assertOwnSession(trainer.pid());

        // whoever comes later tells the run by its folder alone
        Runs.tell(run, RunCommand.PAUSE);
        TinyRuns.awaitState(run, RunState.PAUSED);
        assertThat(trainer.isAlive()).isTrue();
        Runs.tell(run, RunCommand.SAMPLE);
        Runs.tell(run, RunCommand.RESUME);
        TinyRuns.awaitState(run, RunState.CONTINUED);

        RunWatch watch = new RunWatch(run);
        assertThat(watch.look().status()).isEqualTo(RunStatus.TRAINING);
        ProcessHandle.of(trainer.pid()).orElseThrow().destroyForcibly();
        assertThat(exitOf(trainer)).isEqualTo(KILLED);
        assertThat(watch.look().status()).isEqualTo(RunStatus.INTERRUPTED);
        assertThat(watch.look().end()).isEqualTo(new RunEnd.Killed(9));
        assertThat(run.resolve(RunFiles.EXIT)).content().contains("\"exit_code\":" + KILLED);
        assertThat(runs.alive()).isEmpty();

        TrainerProcess second = runs.train(run);
        assertThat(watch.look().status()).isEqualTo(RunStatus.PREPARING);
        TinyRuns.awaitState(run, RunState.RESUMED);
        assertThat(watch.look().status()).isEqualTo(RunStatus.TRAINING);
        Runs.tell(run, RunCommand.STOP);
        assertThat(exitOf(second)).isEqualTo(CANCELLED);
        assertThat(TrainerMark.read(run)).isEmpty();
        assertThat(lastState(run)).isEqualTo(RunState.STOPPED);
        assertThat(watch.look().end()).isEqualTo(new RunEnd.Stopped());
        assertThat(new CheckpointStore(run).newest()).isPresent();
    }

    private static RunState lastState(Path run) throws IOException {
        List<RunState> states = EventLog.read(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.StateChange.class::isInstance)
                .map(event -> ((RunEvent.StateChange) event).state())
                .toList();
        return states.getLast();
    }

    /// Ctrl-C in the terminal of the window goes to the window's session only.
    private static void assertOwnSession(long pid) throws IOException {
        Path stat = Path.of("/proc", String.valueOf(pid), "stat");
        if (Files.exists(stat)) {
            String afterName = Files.readString(stat).replaceAll("^.*\\) ", "");
            assertThat(afterName.split(" ", -1)[3]).as("session").isEqualTo(String.valueOf(pid));
        }
    }

    @Test
    void train_leavesTheReason_whenTheRunCannotBegin()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        TrainConfig config = tiny.config(1).withModel(folder.resolve("nowhere").toString());
        Path run = runs.create(config, "");
        assertThat(run.getFileName().toString()).startsWith("pretrain-");
        assertThat(exitOf(runs.train(run))).isEqualTo(3);
        assertThat(run.resolve(RunFiles.OUTCOME)).content().contains("MODEL-UNKNOWN", "nowhere");
        assertThat(run.resolve(RunFiles.LOG)).content().contains("what to do:");
        assertThat(new RunWatch(run).look().end())
                .isInstanceOfSatisfying(
                        RunEnd.Failed.class, failed -> assertThat(failed.code()).isEqualTo("MODEL-UNKNOWN"));
    }

    @Test
    void queue_startsTheNext_whenOneEnds_andSurvivesTheWindow()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Path first = runs.create(tiny.config(30), "first");
        Path second = runs.create(tiny.config(1), "second");
        Path third = runs.create(tiny.config(1), "third");
        RunQueue queue = new RunQueue(runs);
        TrainerProcess trainer = queue.submit(first).orElseThrow();
        assertThat(queue.submit(second)).isEmpty();
        assertThat(queue.submit(third)).isEmpty();
        queue.move(third, -1);
        assertThat(queue.waiting()).containsExactly(third, second);
        assertThat(exitOf(trainer)).isZero();
        assertThat(lastState(first)).isEqualTo(RunState.FINISHED);

        RunQueue later = new RunQueue(runs);
        later.remove(second);
        Optional<TrainerProcess> next = later.advance();
        assertThat(next.orElseThrow().run()).isEqualTo(third);
        assertThat(later.advance()).isEmpty();
        assertThat(exitOf(next.get())).isZero();
        assertThat(later.advance()).isEmpty();
        assertThat(later.waiting()).isEmpty();
    }

    @Test
    void jvm_isGivenTheFlags_thatTheBuildGives() throws IOException {
        String pom = Files.readString(Path.of("../pom.xml"));
        String flags =
                pom.substring(pom.indexOf("<gantry.jvm>") + "<gantry.jvm>".length(), pom.indexOf("</gantry.jvm>"));
        assertThat(TrainerJvm.ALWAYS).containsExactly(flags.split(" ", -1));
    }
}
