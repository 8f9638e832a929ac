package dev.gantry.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunFolder;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunWatchTest {
    @TempDir
    private Path run;

    private Path events = Path.of("");
    private RunWatch watch = new RunWatch(Path.of(""));

    @BeforeEach
    void watch() {
        events = run.resolve(EventLog.FILE_NAME);
        watch = new RunWatch(run);
    }

    private void log(RunEvent... lines) throws IOException {
        try (EventLog log = EventLog.open(events)) {
            for (RunEvent line : lines) {
                log.append(line);
            }
        }
    }

    private static RunEvent state(long step, RunState state) {
        return new RunEvent.StateChange(Instant.now(), step, state, null);
    }

    private static RunEvent step(long step, double loss) {
        return new RunEvent.Metric(Instant.now(), step, step / 10.0, loss, 1.5, 1e-3, 64, 32, 100, 7.5);
    }

    private static RunEvent evaluation(long step, double loss) {
        return new RunEvent.Evaluation(Instant.now(), step, loss, 100, 0.1);
    }

    @Test
    void look_readsWhatWasAdded_andKeepsWhatItGaveBefore() throws IOException {
        assertThat(watch.look().status()).isEqualTo(RunStatus.WAITING);
        log(state(0, RunState.STARTED), new RunEvent.Plan(Instant.now(), 0, 40, 10, 5, 5, 5), step(1, 4));
        RunSnapshot early = watch.look();
        log(step(2, 3), evaluation(2, 3.5), step(3, 2), evaluation(3, 3.75));
        RunSnapshot late = watch.look();

        assertThat(early.series(Metric.LOSS).size()).isEqualTo(1);
        assertThat(early.bestEvaluation()).isNull();
        assertThat(late.series(Metric.LOSS).size()).isEqualTo(3);
        assertThat(late.series(Metric.LOSS).last()).isEqualTo(2f);
        assertThat(late.series(Metric.GRADIENT_NORM).last()).isEqualTo(1.5f);
        assertThat(late.bestEvaluation()).isEqualTo(new RunSnapshot.Point(2, 3.5));
        assertThat(late.step()).isEqualTo(3);
        assertThat(late.totalSteps()).isEqualTo(40);
        assertThat(late.epoch()).isEqualTo(0.3);
        assertThat(late.remaining()).isEqualTo(Duration.ofMillis(7500));
    }

    @Test
    void look_waitsForTheRestOfATornLine() throws IOException {
        log(state(0, RunState.STARTED), step(1, 4));
        Files.writeString(events, "{\"kind\":\"metric\",\"step\":2,\"lo", StandardOpenOption.APPEND);
        assertThat(watch.look().step()).isEqualTo(1);
        Files.writeString(events, "ss\":0.5}\n", StandardOpenOption.APPEND);
        assertThat(watch.look().series(Metric.LOSS).last()).isEqualTo(0.5f);
    }

    @Test
    void look_passesOverATornLine_thatTheNextTrainerCutOff() throws IOException {
        log(state(0, RunState.STARTED), step(1, 4));
        Files.writeString(events, "{\"kind\":\"metric\",\"step\":2,\"lo", StandardOpenOption.APPEND);
        watch.look();
        log(state(1, RunState.RESUMED), step(2, 3));
        assertThat(watch.look().series(Metric.LOSS).last()).isEqualTo(3f);
    }

    @Test
    void look_takesBackWhatAResumeTakesAgain() throws IOException {
        log(state(0, RunState.STARTED), step(1, 4), step(2, 3), evaluation(2, 3.5), step(3, 2));
        RunSnapshot before = watch.look();
        log(state(1, RunState.RESUMED), step(2, 3.25));
        RunSnapshot after = watch.look();

        assertThat(after.series(Metric.LOSS).size()).isEqualTo(2);
        assertThat(after.series(Metric.LOSS).value(1)).isEqualTo(3.25f);
        assertThat(after.series(Metric.EVAL_LOSS).isEmpty()).isTrue();
        assertThat(before.series(Metric.LOSS).value(1)).isEqualTo(3f);
        assertThat(before.series(Metric.LOSS).size()).isEqualTo(3);
    }

    @Test
    void look_isNotDisturbedByLinesItDoesNotKnow() throws IOException {
        log(state(0, RunState.STARTED));
        Files.writeString(
                events,
                "nonsense\n{\"kind\":\"new\",\"step\":9}\n{\"kind\":\"metric\",\"step\":1,\"loss\":2,\"more\":[1]}\n",
                StandardOpenOption.APPEND);
        assertThat(watch.look().series(Metric.LOSS).last()).isEqualTo(2f);
    }

    @Test
    void look_beginsAnew_whenTheFileIsAnother() throws IOException {
        log(state(0, RunState.STARTED), step(1, 4), step(2, 3));
        watch.look();
        Files.delete(events);
        log(state(0, RunState.STARTED), step(1, 9));
        assertThat(watch.look().series(Metric.LOSS).size()).isEqualTo(1);
    }

    @Test
    void status_followsProcessAndEvents() throws IOException {
        try (RunFolder _ = RunFolder.create(run)) {
            assertThat(watch.look().status()).isEqualTo(RunStatus.PREPARING);
            log(state(0, RunState.STARTED));
            assertThat(watch.look().status()).isEqualTo(RunStatus.TRAINING);
            log(state(3, RunState.PAUSED));
            assertThat(watch.look().status()).isEqualTo(RunStatus.PAUSED);
            log(state(3, RunState.CONTINUED));
            assertThat(watch.look().status()).isEqualTo(RunStatus.TRAINING);
            log(state(4, RunState.STOPPED));
        }
        assertThat(watch.look().status()).isEqualTo(RunStatus.STOPPED);
        assertThat(watch.look().end()).isEqualTo(new RunEnd.Stopped());
    }

    @Test
    void status_isPreparing_whenARunThatWasKilledInAPauseIsResumed() throws IOException {
        log(new RunEvent.StateChange(Instant.now().minusSeconds(1_000_000), 3, RunState.PAUSED, null));
        try (RunFolder _ = RunFolder.create(run)) {
            assertThat(watch.look().status()).isEqualTo(RunStatus.PREPARING);
        }
    }

    private void leaveMark(String processStarted) throws IOException {
        Files.writeString(
                run.resolve(TrainerMark.FILE_NAME),
                "{\"pid\":4194303,\"process_started\":\"%s\",\"preparing\":false}".formatted(processStarted));
    }

    @Test
    void end_isSaidToBeUnknown_whenNothingElseIsLeft() throws IOException {
        leaveMark(Instant.now().toString());
        log(state(0, RunState.STARTED), step(1, 4));
        assertThat(watch.look().end()).isEqualTo(new RunEnd.Vanished());
        assertThat(watch.look().status()).isEqualTo(RunStatus.INTERRUPTED);
    }

    @Test
    void end_isARestartOfTheMachine_whenTheProcessIsOlder() throws IOException {
        leaveMark("2001-01-01T00:00:00Z");
        log(new RunEvent.StateChange(Instant.parse("2001-01-01T00:00:05Z"), 0, RunState.STARTED, null));
        RunEnd end = watch.look().end();
        assertThat(end)
                .isEqualTo(
                        Files.isReadable(Path.of("/proc/stat"))
                                ? new RunEnd.MachineRestarted()
                                : new RunEnd.Vanished());
    }

    private void leaveExit(int code, Instant started) throws IOException {
        Files.writeString(
                run.resolve(RunFiles.EXIT),
                "{\"t\":\"%s\",\"started\":\"%s\",\"pid\":7,\"exit_code\":%d}".formatted(started, started, code));
    }

    @Test
    void end_comesFromTheExitCode_whenTheEventsAreOlder() throws IOException {
        log(new RunEvent.StateChange(Instant.now().minusSeconds(100), 5, RunState.STOPPED, null));
        leaveExit(137, Instant.now().minusSeconds(10));
        assertThat(watch.look().end()).isEqualTo(new RunEnd.Killed(9));

        leaveExit(134, Instant.now().minusSeconds(10));
        assertThat(watch.look().end()).isEqualTo(new RunEnd.Crashed(6, null));
        Files.createFile(run.resolve(RunFiles.CRASH_REPORT));
        assertThat(watch.look().end()).isEqualTo(new RunEnd.Crashed(6, run.resolve(RunFiles.CRASH_REPORT)));

        leaveExit(4, Instant.now().minusSeconds(10));
        Files.writeString(
                run.resolve(RunFiles.OUTCOME),
                "{\"error\":{\"code\":\"MEMORY-FULL\",\"what\":\"a\",\"why\":\"b\",\"nextStep\":\"c\"}}");
        assertThat(watch.look().end()).isEqualTo(new RunEnd.Failed("MEMORY-FULL", "a: b", "c"));
        assertThat(watch.look().status()).isEqualTo(RunStatus.FAILED);
    }

    @Test
    void end_comesFromTheEvents_whenTheyAreNewer() throws IOException {
        leaveExit(1, Instant.now().minusSeconds(10));
        log(
                state(0, RunState.STARTED),
                new RunEvent.Failure(Instant.now(), 7, "TRAINING-DIVERGED", "the loss is NaN", "lower the rate"),
                state(7, RunState.FAILED));
        assertThat(watch.look().end())
                .isEqualTo(new RunEnd.Failed("TRAINING-DIVERGED", "the loss is NaN", "lower the rate"));
    }
}
