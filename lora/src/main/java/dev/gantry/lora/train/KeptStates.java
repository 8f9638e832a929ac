package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.run.RunJson;
import dev.gantry.offload.Tier;
import dev.gantry.offload.trainable.Kind;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.TrainablePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Where the optimizer states of a checkpoint lie when they are too large to be copied into it: in files of the run
/// that keep this generation until the next checkpoint is there.
///
/// @param format version of this record, {@link #FORMAT}
/// @param folder of the files; relative to the run's when it is inside
/// @param owner whom the files belong to
/// @param step whose values they are
/// @param homes tier of each record, by kind
record KeptStates(int format, String folder, String owner, long step, Map<Kind, List<Tier>> homes) {
    static final int FORMAT = 1;

    /// Its file in a checkpoint's folder.
    static final String FILE_NAME = "kept_states.json";

    static KeptStates of(Path run, Path folder, String owner, long step, TrainablePlan plan) {
        Path home = run.toAbsolutePath().normalize();
        Path place = folder.toAbsolutePath().normalize();
        String written =
                place.startsWith(home) ? home.relativize(place).toString().replace('\\', '/') : place.toString();
        return new KeptStates(FORMAT, written, owner, step, plan.homes());
    }

    void write(Path checkpoint) throws IOException {
        Files.writeString(checkpoint.resolve(FILE_NAME), RunJson.PRETTY.writeValueAsString(this) + "\n");
    }

    /// Those of a checkpoint's folder; empty when it holds all its states itself.
    static Optional<KeptStates> in(Path checkpoint) throws IOException {
        Path file = checkpoint.resolve(FILE_NAME);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            KeptStates kept = RunJson.LINES.readValue(Files.readAllBytes(file), KeptStates.class);
            if (kept.format != FORMAT) {
                throw damaged(file, "its format is " + kept.format + ", known is " + FORMAT);
            }
            return Optional.of(kept);
        } catch (JacksonException e) {
            throw damaged(file, "it cannot be read: " + e.getOriginalMessage());
        }
    }

    /// @param run the folder of the run
    Path place(Path run) {
        return run.resolve(folder);
    }

    /// The plan that the files were made under, as far as they depend on it.
    TrainablePlan plan(RecordLayout layout) {
        for (Kind kind : Kind.values()) {
            if (homes.getOrDefault(kind, List.of()).size() != layout.records()) {
                throw damaged(Path.of(folder), "its records are not those of the model");
            }
        }
        return TrainablePlan.of(homes, 1);
    }

    /// Whether files made under these homes serve that plan as they are.
    boolean serves(TrainablePlan plan) {
        return List.of(Kind.MASTER, Kind.MOMENTS).stream()
                .allMatch(kind -> plan.homes(kind).equals(homes.get(kind)));
    }

    private static GantryException damaged(Path file, String why) {
        return GantryException.badInput(
                "CHECKPOINT-DAMAGED", "cannot read " + file, why, "Start a new run from the model in the checkpoint.");
    }
}
