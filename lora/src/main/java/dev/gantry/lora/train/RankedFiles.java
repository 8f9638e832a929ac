package dev.gantry.lora.train;

import dev.gantry.lora.run.Checkpoint;
import dev.gantry.offload.ranks.RankedTraining;
import java.io.IOException;
import java.nio.file.Path;

/// How the values that ranks train are written into a checkpoint's folder and read back: in the same files, to the same
/// bytes, as those of one rank.
interface RankedFiles {

    void write(Path checkpoint, RankedTraining training) throws IOException;

    /// Deals the saved values out to the ranks.
    void read(Path checkpoint, RankedTraining training) throws IOException;

    /// Deals the saved optimizer states out to the ranks, wherever the run that saved them kept them.
    default void readStates(Path checkpoint, RankedStates states, RankedTraining training) throws IOException {
        states.read(checkpoint.resolve(Checkpoint.OPTIMIZER_FILE), training);
    }
}
