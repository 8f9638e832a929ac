package dev.gantry.app.run;

import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Finds out why the trainer of a run is no more, from what lies in its folder.
final class RunEndings {
    private static final int SIGNALS = 128;
    private static final int INTERRUPT = 130;
    private static final int TERMINATE = 143;
    private static final Pattern BOOT_TIME = Pattern.compile("(?m)^btime (\\d+)$");

    private final Path run;

    RunEndings(Path run) {
        this.run = run;
    }

    /// @param lastState the newest state in the events; null when there is none
    /// @param failure the newest error in the events
    /// @return null when no trainer was ever started
    @Nullable
    RunEnd of(RunEvent.@Nullable StateChange lastState, RunEvent.@Nullable Failure failure) throws IOException {
        Optional<TrainerMark> mark = TrainerMark.read(run);
        TrainerProcess.Exit exit = exit();
        Instant started = started(mark, exit);
        if (lastState != null && (started == null || !lastState.t().isBefore(started))) {
            RunEnd told = told(lastState.state(), failure);
            if (told != null) {
                return told;
            }
        }
        if (exit != null) {
            return byExit(exit.exitCode());
        }
        if (mark.isEmpty()) {
            return lastState == null ? null : new RunEnd.Vanished();
        }
        return startedBeforeBoot(started) ? new RunEnd.MachineRestarted() : new RunEnd.Vanished();
    }

    private static @Nullable Instant started(Optional<TrainerMark> mark, TrainerProcess.@Nullable Exit exit) {
        return exit != null
                ? exit.started()
                : mark.map(TrainerMark::processStarted).orElse(null);
    }

    private static @Nullable RunEnd told(RunState state, RunEvent.@Nullable Failure failure) {
        return switch (state) {
            case FINISHED -> new RunEnd.Finished();
            case STOPPED -> new RunEnd.Stopped();
            case FAILED ->
                failure == null
                        ? new RunEnd.Failed("", "", "")
                        : new RunEnd.Failed(failure.code(), failure.message(), failure.nextStep());
            case STARTED, RESUMED, PAUSED, CONTINUED -> null;
        };
    }

    private RunEnd byExit(int exitCode) {
        if (exitCode == INTERRUPT || exitCode == TERMINATE) {
            return new RunEnd.Stopped();
        }
        if (exitCode > SIGNALS) {
            int signal = exitCode - SIGNALS;
            return switch (signal) {
                // illegal instruction, abort, bus error, arithmetic, segmentation fault
                case 4, 6, 7, 8, 11 -> new RunEnd.Crashed(signal, crashReport());
                default -> new RunEnd.Killed(signal);
            };
        }
        JsonNode error = outcome().path("error");
        return error.isObject()
                ? new RunEnd.Failed(
                        error.path("code").asString(""),
                        error.path("what").asString("") + ": "
                                + error.path("why").asString(""),
                        error.path("nextStep").asString(""))
                : new RunEnd.Failed("EXIT-" + exitCode, "", "");
    }

    private @Nullable Path crashReport() {
        Path report = run.resolve(RunFiles.CRASH_REPORT);
        return Files.exists(report) ? report : null;
    }

    private TrainerProcess.@Nullable Exit exit() throws IOException {
        Path file = run.resolve(RunFiles.EXIT);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return RunJson.LINES.readValue(Files.readAllBytes(file), TrainerProcess.Exit.class);
        } catch (JacksonException _) {
            return null; // written by nobody of ours: it tells nothing
        }
    }

    private JsonNode outcome() {
        try {
            return RunJson.LINES.readTree(Files.readAllBytes(run.resolve(RunFiles.OUTCOME)));
        } catch (IOException | JacksonException _) {
            return RunJson.LINES.createObjectNode(); // the process did not come so far as to say why
        }
    }

    private static boolean startedBeforeBoot(@Nullable Instant started) throws IOException {
        Path stat = Path.of("/proc/stat");
        if (started == null || !Files.isReadable(stat)) {
            return false;
        }
        Matcher boot = BOOT_TIME.matcher(Files.readString(stat));
        return boot.find() && started.isBefore(Instant.ofEpochSecond(Long.parseLong(boot.group(1))));
    }
}
