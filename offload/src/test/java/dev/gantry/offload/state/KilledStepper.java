package dev.gantry.offload.state;

import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.IoQueue;
import dev.gantry.offload.io.ScratchFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// The process that {@link StateKillTest} kills: steps from the newest generation on, and says which ones it promised.
final class KilledStepper {
    static final StateLayout LAYOUT = new StateLayout(8, 3, 20_000, "killed");
    static final long LAST_STEP = 200;
    private static final int CHECKPOINT_EVERY = 3;

    private KilledStepper() {}

    /// @param arguments the file of the states and the folder for scratch
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        TruthfulSteps steps = new TruthfulSteps(LAYOUT);
        Random random = new Random();
        try (BlockFile scratch = ScratchFile.create(Path.of(arguments[1]), 1 << 20);
                StateFile states = Files.exists(path) ? StateFile.open(path, LAYOUT) : StateFile.create(path, LAYOUT);
                IoQueue queue = new IoQueue("killed", 2, 1 << 16);
                RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 3)) {
            if (states.generations().isEmpty()) {
                steps.fill(pipeline, steps.order(random));
                checkpoint(states);
            } else {
                states.resumeFrom(states.generations().getLast());
            }
            while (states.step() < LAST_STEP) {
                long step = states.step() + 1;
                steps.update(pipeline, step, steps.order(random));
                if (step % CHECKPOINT_EVERY == 0 || step == LAST_STEP) {
                    checkpoint(states);
                }
            }
            scratch.force();
        }
    }

    private static void checkpoint(StateFile states) {
        states.checkpoint();
        System.out.println(states.step());
        System.out.flush();
    }
}
