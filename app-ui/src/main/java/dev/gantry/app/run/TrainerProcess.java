package dev.gantry.app.run;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.RunFolder;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.run.TrainerMark;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A trainer in a process of its own: `gantry train` or `gantry resume`, as a person could have typed it.
///
/// Nothing ties it to this process. It has no standard input, writes into files, and takes commands from its run's
/// folder, so it goes on when the window ends and a later window finds it by its mark.
public final class TrainerProcess {
    private static final System.Logger LOG = System.getLogger(TrainerProcess.class.getName());
    private static final File NOTHING = new File(File.separatorChar == '/' ? "/dev/null" : "NUL");

    private final Path run;
    private final Process process;
    private final Instant started;
    private final CompletableFuture<Integer> exit;

    /// How a process ended.
    ///
    /// @param started when the process was
    /// @param exitCode 128 and the signal's number when a signal ended it
    record Exit(Instant t, Instant started, long pid, int exitCode) {}

    private TrainerProcess(Path run, Process process, Instant started) {
        this.run = run;
        this.started = started;
        this.process = process;
        this.exit = process.onExit().thenApply(this::noteExit);
    }

    /// Starts the run whose settings lie in its folder, see {@link RunFiles#SETTINGS}.
    ///
    /// @throws GantryException when somebody trains there already
    public static TrainerProcess start(TrainerJvm jvm, Path run) throws IOException {
        return launch(
                jvm,
                run,
                List.of("train", run.resolve(RunFiles.SETTINGS).toString(), "--run", run.toString(), "--json"));
    }

    /// Lets a run go on from its newest checkpoint.
    ///
    /// @throws GantryException when somebody trains there already
    public static TrainerProcess resume(TrainerJvm jvm, Path run) throws IOException {
        return launch(jvm, run, List.of("resume", run.toString(), "--json"));
    }

    private static TrainerProcess launch(TrainerJvm jvm, Path run, List<String> arguments) throws IOException {
        if (TrainerMark.read(run).filter(TrainerMark::isAlive).isPresent()) {
            throw GantryException.environment(
                    "RUN-IN-USE",
                    "cannot train in " + run,
                    "another process is training there",
                    "Wait for it or stop it first.");
        }
        Files.deleteIfExists(run.resolve(RunFiles.EXIT));
        Files.deleteIfExists(run.resolve(RunFiles.CRASH_REPORT));
        ProcessBuilder builder = new ProcessBuilder(jvm.command(run, arguments))
                .redirectInput(NOTHING)
                .redirectOutput(run.resolve(RunFiles.OUTCOME).toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        run.resolve(RunFiles.LOG).toFile()));
        builder.environment().put("GANTRY_HOME", jvm.home().folder().toString());
        Instant started = Instant.now();
        Process process = builder.start();
        TrainerMark.announce(run, process.toHandle());
        return new TrainerProcess(run, process, started);
    }

    public Path run() {
        return run;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Completed with the exit code when the process has ended and its folder says how.
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    private int noteExit(Process ended) {
        try {
            if (Files.isDirectory(run)) {
                Exit told = new Exit(Instant.now(), started, ended.pid(), ended.exitValue());
                DurableFiles.write(run.resolve(RunFiles.EXIT), RunJson.LINES.writeValueAsString(told) + "\n");
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot note how the trainer of " + run + " ended", e);
        }
        return ended.exitValue();
    }

    /// Whether a run began to train at all, so that it can be resumed rather than started.
    static boolean hasBegun(Path run) {
        return Files.isRegularFile(run.resolve(RunFolder.CONFIG_FILE));
    }
}
