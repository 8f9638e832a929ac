package dev.gantry.app.run;

import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Follows a run by its folder alone: whoever trains it, whenever it was begun. Used by one thread at a time.
///
/// Each look reads what was added since the last; a look at a run on which nothing happened costs three small files.
public final class RunWatch {
    private final Path run;
    private final EventTail tail;
    private final RunHistory history = new RunHistory();
    private final RunEndings endings;
    private @Nullable RunSnapshot last;
    private @Nullable FileTime heartbeat;
    private long heartbeatSeenNanos;

    public RunWatch(Path run) {
        this.run = run;
        this.tail = new EventTail(run.resolve(EventLog.FILE_NAME));
        this.endings = new RunEndings(run);
    }

    /// How the run stands now; the same object as before when nothing happened.
    public RunSnapshot look() throws IOException {
        // the process first: what it wrote before it ended is then in the events
        Optional<TrainerMark> alive = TrainerMark.read(run).filter(TrainerMark::isAlive);
        boolean news = tail.read(history);
        RunEnd end = alive.isPresent() ? null : endings.of(history.lastState(), history.lastFailure());
        RunStatus status = alive.map(this::status).orElseGet(() -> status(end));
        Duration silent = alive.isPresent() ? silence() : Duration.ZERO;
        RunSnapshot before = last;
        if (before == null
                || news
                || before.status() != status
                || !before.silent().equals(silent)
                || !Objects.equals(before.end(), end)) {
            before = snapshot(status, end, silent);
            last = before;
        }
        return before;
    }

    private RunSnapshot snapshot(RunStatus status, @Nullable RunEnd end, Duration silent) {
        RunEvent.Plan plan = history.plan();
        return new RunSnapshot(
                run,
                status,
                end,
                history.begun(),
                history.step(),
                plan == null ? 0 : plan.totalSteps(),
                history.epoch(),
                Duration.ofMillis((long) (history.remainingSeconds() * 1e3)),
                silent,
                history.views(),
                history.others());
    }

    private RunStatus status(TrainerMark mark) {
        RunEvent.StateChange last = history.lastState();
        if (mark.preparing() || last == null || isBefore(last.t(), mark.processStarted())) {
            return RunStatus.PREPARING;
        }
        return last.state() == RunState.PAUSED ? RunStatus.PAUSED : RunStatus.TRAINING;
    }

    private static boolean isBefore(Instant event, @Nullable Instant processStarted) {
        return processStarted != null && event.isBefore(processStarted);
    }

    private static RunStatus status(@Nullable RunEnd end) {
        return switch (end) {
            case null -> RunStatus.WAITING;
            case RunEnd.Finished _ -> RunStatus.FINISHED;
            case RunEnd.Stopped _ -> RunStatus.STOPPED;
            case RunEnd.Failed _ -> RunStatus.FAILED;
            case RunEnd.Killed _, RunEnd.Crashed _, RunEnd.MachineRestarted _, RunEnd.Vanished _ ->
                RunStatus.INTERRUPTED;
        };
    }

    /// Compares the mark's time with what it was, not with a clock: the folder may lie on another machine.
    private Duration silence() throws IOException {
        long now = System.nanoTime();
        FileTime seen;
        try {
            seen = Files.getLastModifiedTime(run.resolve(TrainerMark.FILE_NAME));
        } catch (NoSuchFileException _) {
            return Duration.ZERO; // it has just ended
        }
        if (!seen.equals(heartbeat)) {
            heartbeat = seen;
            heartbeatSeenNanos = now;
        }
        return Duration.ofNanos(now - heartbeatSeenNanos);
    }
}
