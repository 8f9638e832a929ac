package dev.gantry.offload.ranks;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Path;

/// What can be wrong with a checkpoint that ranks have saved, in plain words.
final class ShardFault {
    private static final String ANOTHER = "Move this checkpoint away; the run then goes on from the one before it.";

    private ShardFault() {}

    static GantryException damaged(Path file, String why) {
        return GantryException.badInput("CHECKPOINT-DAMAGED", "cannot read " + file, why, ANOTHER);
    }

    static GantryException incomplete(Path folder, String why) {
        return GantryException.badInput("CHECKPOINT-DAMAGED", "cannot read the checkpoint " + folder, why, ANOTHER);
    }

    static GantryException otherJob(Path folder, String why) {
        return GantryException.badInput(
                "CHECKPOINT-OTHER",
                "cannot resume from the checkpoint " + folder,
                why,
                "Resume with the model and settings the run was started with.");
    }

    static GantryException occupied(Path folder) {
        return GantryException.badInput(
                "CHECKPOINT-EXISTS",
                "cannot save a checkpoint in " + folder,
                "it holds parts of another one",
                "Give every checkpoint a folder of its own.");
    }

    static GantryException unusable(Path folder, IOException cause) {
        return GantryException.environment(
                        "CHECKPOINT-FOLDER",
                        "cannot use the checkpoint folder " + folder,
                        String.valueOf(cause.getMessage()),
                        "Mend the folder or its disk.")
                .causedBy(cause);
    }
}
