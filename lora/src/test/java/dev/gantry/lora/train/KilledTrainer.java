package dev.gantry.lora.train;

import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A process that trains until it is done or killed: starts the run, or resumes it when it was begun.
final class KilledTrainer {
    private KilledTrainer() {}

    /// @param arguments folders of model and run, and the data file
    public static void main(String[] arguments) throws IOException {
        Path run = Path.of(arguments[1]);
        TrainingRun training = new TrainingRun(TrainingEnvironment.quiet());
        if (Files.exists(run.resolve("config.json"))) {
            training.resume(run);
        } else {
            training.start(config(Path.of(arguments[0]), Path.of(arguments[2])), run);
        }
    }

    /// Saves at every step, so that many kills come in the middle of it.
    static TrainConfig config(Path model, Path questions) {
        return TinyRun.lora(model, questions).withCadence(new CadenceSection(3L, 1L, 4L, 1));
    }
}
