package dev.gantry.offload.ranks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Saves what ranks hold, each its share in a file of its own, and reads it back whatever the number of ranks now.
final class RankedCheckpoint {
    private final ShardPlan plan;

    RankedCheckpoint(ShardPlan plan) {
        this.plan = plan;
    }

    /// Files that make up a checkpoint: one where every rank holds everything.
    private int files() {
        return plan.isSharded() ? plan.ranks() : 1;
    }

    /// A rank's part; nothing where another rank saves the same.
    void save(Path folder, int rank, RankTrainer trainer) {
        if (rank >= files()) {
            return;
        }
        try {
            Path file = ShardSet.file(folder, rank, files());
            ShardFile.write(file, trainer.optimizer().steps(), rank, files(), trainer.entries());
        } catch (IOException e) {
            throw ShardFault.unusable(folder, e);
        }
    }

    /// @param stateKinds the optimizer's names of its states
    /// @throws dev.gantry.engine.GantryException when the folder holds no whole checkpoint of this job
    void requireUsable(Path folder, Iterable<String> stateKinds) {
        Map<ShardEntry.Key, Long> everything = new HashMap<>();
        for (TrainedTensor tensor : plan.tensors()) {
            everything.put(new ShardEntry.Key(tensor.name(), ShardEntry.VALUE), tensor.elements());
            for (String kind : stateKinds) {
                everything.put(new ShardEntry.Key(tensor.name(), kind), tensor.elements());
            }
        }
        try (ShardSet saved = ShardSet.open(folder)) {
            saved.requireSame(everything);
        }
    }

    /// Fills what a rank holds and continues from there; all ranks call this together.
    void resume(Path folder, RankTrainer trainer) {
        try (ShardSet saved = ShardSet.open(folder)) {
            saved.readInto(trainer.entries());
            trainer.resumeAt(saved.step());
        }
    }
}
