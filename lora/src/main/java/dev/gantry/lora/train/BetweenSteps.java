package dev.gantry.lora.train;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.lora.run.CommandBox;
import dev.gantry.lora.run.RunCommand;
import dev.gantry.lora.run.RunState;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Does what people ask of a run, between two of its steps. Nothing here touches what the next step computes with.
final class BetweenSteps {
    /// How soon a paused run notices what is asked of it.
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final CommandBox commands;
    private final RunRecorder recorder;
    private final Progress progress;
    private boolean paused;

    BetweenSteps(CommandBox commands, RunRecorder recorder, Progress progress) {
        this.commands = commands;
        this.recorder = recorder;
        this.progress = progress;
    }

    /// What comes next.
    enum Then {
        STEP,
        END
    }

    /// Does what was asked since the last step; while the run is paused, waits for more.
    ///
    /// @return END when the run shall save and end
    Then obey(LoopState state, ProgressTask task) throws IOException {
        do {
            if (progress.cancelled()) {
                return Then.END;
            }
            for (RunCommand command : commands.take()) {
                recorder.command(state.step(), command);
                if (command == RunCommand.STOP) {
                    return Then.END;
                }
                carryOut(command, state, task);
            }
            if (paused) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        } while (paused);
        return Then.STEP;
    }

    private void carryOut(RunCommand command, LoopState state, ProgressTask task) throws IOException {
        switch (command) {
            case PAUSE -> pause(state, task);
            case RESUME -> goOn(state);
            case SAMPLE -> {
                recorder.samplesOnDemand(state);
                recorder.memoryMap(state.step());
            }
            case SAVE -> recorder.keptCheckpoint(state);
            case STOP -> throw new IllegalStateException("stopping is decided before");
        }
        if (!paused) {
            recorder.continuesNow();
        }
    }

    /// A pause may be long and end with the power: what was learned is saved first.
    private void pause(LoopState state, ProgressTask task) throws IOException {
        if (!paused) {
            recorder.checkpoint(state);
            recorder.state(state.step(), RunState.PAUSED, null);
            task.note("paused");
            task.update(state.step());
            paused = true;
        }
    }

    private void goOn(LoopState state) {
        if (paused) {
            recorder.state(state.step(), RunState.CONTINUED, null);
            paused = false;
        }
    }
}
