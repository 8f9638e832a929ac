package dev.gantry.app.run;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.run.CommandBox;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.RunCommand;
import dev.gantry.lora.run.TrainerMark;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The runs of a home: makes folders for new ones, starts and resumes their trainers, and passes on what people ask.
///
/// It holds nothing but places: any number may be made, in any process. To start a run from a screen:
/// ```java
/// Path run = runs.create(config, "my name");       // a folder with the settings, nothing is started
/// new RunQueue(runs).submit(run);                  // starts it, or lets it wait while another trains
/// ```
public record Runs(GantryHome home, TrainerJvm jvm) {

    /// The runs of a home, trained by the Java of this process.
    public static Runs of(GantryHome home) {
        return new Runs(home, TrainerJvm.ofThisProgram(home));
    }

    /// Makes the folder of a new run with its settings; nothing is started.
    ///
    /// @param config model and data with absolute paths
    /// @param name what the folder shall be called; may be empty
    public Path create(TrainConfig config, String name) throws IOException {
        Path run = RunNames.next(home.runs(), config.stage(), name);
        Files.createDirectories(run);
        DurableFiles.write(run.resolve(RunFiles.SETTINGS), TrainConfigJson.write(config));
        return run;
    }

    /// Starts the trainer of a run that was created, or lets one that was begun go on from its newest checkpoint.
    ///
    /// @throws GantryException when somebody trains there already
    public TrainerProcess train(Path run) throws IOException {
        return TrainerProcess.hasBegun(run) ? TrainerProcess.resume(jvm, run) : TrainerProcess.start(jvm, run);
    }

    /// Passes a command to whoever trains in a run's folder; it is done after the step that is going on.
    ///
    /// @throws GantryException when nobody does, or it has not come so far yet
    public static void tell(Path run, RunCommand command) throws IOException {
        TrainerMark mark = TrainerMark.require(run);
        if (!mark.preparing()) {
            CommandBox.send(run, command);
        } else if (command == RunCommand.STOP) {
            // nothing is learned yet; an orderly end by signal
            mark.process().ifPresent(ProcessHandle::destroy);
        } else {
            throw GantryException.usage(
                    "RUN-NOT-READY",
                    "cannot " + command.word() + " the run " + run.getFileName(),
                    "it is still reading model and data",
                    "Ask again when the first step is taken, or stop the run.");
        }
    }

    /// The folders of all runs: begun, or created and not begun.
    public List<Path> folders() throws IOException {
        if (!Files.isDirectory(home.runs())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(home.runs())) {
            return entries.filter(
                            run -> TrainerProcess.hasBegun(run) || Files.isRegularFile(run.resolve(RunFiles.SETTINGS)))
                    .sorted()
                    .toList();
        }
    }

    /// The runs that a process is training now, this window's or any other's.
    public List<Path> alive() throws IOException {
        List<Path> folders = folders();
        return folders.stream().filter(Runs::isAlive).toList();
    }

    /// Whether a process trains in a run's folder.
    public static boolean isAlive(Path run) {
        try {
            return TrainerMark.read(run).filter(TrainerMark::isAlive).isPresent();
        } catch (IOException _) {
            return false; // a folder that cannot be read holds no run that could be told anything
        }
    }
}
