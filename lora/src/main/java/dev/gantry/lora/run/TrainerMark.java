package dev.gantry.lora.run;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Which process trains in a run's folder: the file `trainer.json`, there from its first moment until it ends in order.
///
/// The file's time of change is the process's heartbeat.
///
/// @param processStarted when the system started it; null where the system does not say
/// @param preparing whether it still reads model and data and takes no commands: so says who started it
public record TrainerMark(long pid, @Nullable Instant processStarted, boolean preparing) {
    /// Name of the file in a run's folder.
    public static final String FILE_NAME = "trainer.json";

    /// How often the process sets the file's time.
    public static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /// The system counts the start in ticks from a boot time that it rounds.
    private static final Duration ROUNDING = Duration.ofSeconds(5);

    static TrainerMark ofThisProcess() {
        return of(ProcessHandle.current(), false);
    }

    private static TrainerMark of(ProcessHandle process, boolean preparing) {
        return new TrainerMark(process.pid(), process.info().startInstant().orElse(null), preparing);
    }

    /// Puts the mark of a process that was just started to train into the run's folder; the process renews it.
    public static void announce(Path run, ProcessHandle process) throws IOException {
        of(process, true).write(run);
    }

    void write(Path run) throws IOException {
        DurableFiles.write(run.resolve(FILE_NAME), RunJson.LINES.writeValueAsString(this) + "\n");
    }

    /// The mark in a run's folder; empty when nobody trains there or the last one ended in order.
    public static Optional<TrainerMark> read(Path run) throws IOException {
        try {
            byte[] json = Files.readAllBytes(run.resolve(FILE_NAME));
            return Optional.of(RunJson.LINES.readValue(json, TrainerMark.class));
        } catch (NoSuchFileException | JacksonException _) {
            return Optional.empty();
        }
    }

    /// Whether this very process still runs: another one may carry its number after a restart of the machine.
    public boolean isAlive() {
        return process().isPresent();
    }

    /// The process, while it runs.
    public Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::startedWhenItSays);
    }

    private boolean startedWhenItSays(ProcessHandle process) {
        Optional<Instant> start = process.info().startInstant();
        return processStarted == null
                || start.isEmpty()
                || Duration.between(processStarted, start.get()).abs().compareTo(ROUNDING) <= 0;
    }

    /// The process that trains in a run's folder.
    ///
    /// @throws GantryException when none does
    public static TrainerMark require(Path run) throws IOException {
        return read(run)
                .filter(TrainerMark::isAlive)
                .orElseThrow(() -> GantryException.usage(
                        "RUN-NOT-TRAINING",
                        "cannot tell the run " + run + " anything",
                        "no process is training in it",
                        "Continue it with gantry resume, or start it."));
    }
}
