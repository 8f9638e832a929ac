package dev.gantry.app.ui.train;

import dev.gantry.app.cli.GantryVersion;
import dev.gantry.app.machine.CudaProbe;
import dev.gantry.app.machine.MachineProbe;
import dev.gantry.engine.device.Devices;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.train.Planning;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.lora.train.TrainingEnvironment;
import dev.gantry.lora.train.TrainingRun;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.time.Clock;

/// Plans as `gantry plan` does, on this machine.
///
/// @param devices looked for once, not again with every plan
record RunPlanner(GantryHome home, Planning planning, Devices devices) implements Planner {
    /// Memory left to everything else on the machine.
    private static final double MEMORY_SHARE = 0.85;

    RunPlanner(GantryHome home) {
        this(home, Planning.MEASURED);
    }

    RunPlanner(GantryHome home, Planning planning) {
        this(home, planning, CudaProbe.devices(home.folder()));
    }

    @Override
    public Planner atOneMoment() {
        return new RunPlanner(home, planning.atOneMoment());
    }

    @Override
    public RunPlan plan(TrainConfig config, Progress progress) throws IOException {
        long available = new MachineProbe().memory().availableBytes();
        TrainingEnvironment environment = new TrainingEnvironment(
                GantryVersion.current(),
                home.cache().resolve("tokens"),
                (long) (available * MEMORY_SHARE),
                progress,
                Clock.systemUTC(),
                devices);
        return new TrainingRun(environment.withPlanning(planning)).plan(config);
    }
}
