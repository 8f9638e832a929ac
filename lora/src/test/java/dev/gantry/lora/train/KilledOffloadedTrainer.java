package dev.gantry.lora.train;

import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A process that trains all parameters with every state on disk until it is done or killed.
final class KilledOffloadedTrainer {
    private static final PlacementSetting ON_DISK =
            PlacementSetting.parse("static(gradients=0/0, masters=0/0, moments=0/0)");

    private KilledOffloadedTrainer() {}

    /// @param arguments folders of model and run, and the data file
    public static void main(String[] arguments) throws IOException {
        Path run = Path.of(arguments[1]);
        TrainingRun training = new TrainingRun(TrainingEnvironment.quiet());
        if (Files.exists(run.resolve("config.json"))) {
            training.resume(run);
        } else {
            TrainConfig config = inMemory(Path.of(arguments[0]), Path.of(arguments[2]));
            training.start(config.withMachine(config.machine().placed(ON_DISK)), run);
        }
    }

    /// The same run without a placement; saves at every step, so that many kills come in the middle of it.
    static TrainConfig inMemory(Path model, Path corpus) {
        return TinyRun.pretraining(model, corpus).withCadence(new CadenceSection(3L, 1L, 4L, 1));
    }
}
