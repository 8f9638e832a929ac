package dev.gantry.app.ui.train;

import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Path;

/// Lets a run begin beside the window.
@FunctionalInterface
interface RunStarter {
    /// @param name what its folder shall be called; may be empty
    /// @return its folder
    Path start(TrainConfig config, String name) throws IOException;
}
