package dev.gantry.app.ui.train;

import dev.gantry.app.run.RunQueue;
import dev.gantry.app.run.Runs;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Path;

/// Begins a run as `gantry train` would, in a process of its own, or lets it wait while another one trains.
record QueuedStart(GantryHome home) implements RunStarter {
    @Override
    public Path start(TrainConfig config, String name) throws IOException {
        Runs runs = Runs.of(home);
        Path run = runs.create(config, name);
        new RunQueue(runs).submit(run);
        return run;
    }
}
