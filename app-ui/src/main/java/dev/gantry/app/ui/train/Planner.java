package dev.gantry.app.ui.train;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;

/// Says what a run would take, without starting it.
@FunctionalInterface
interface Planner {
    RunPlan plan(TrainConfig config, Progress progress) throws IOException;

    /// One for plans that are held against each other: the machine is the same in all of them.
    default Planner atOneMoment() {
        return this;
    }
}
