package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;

/// What a run folder's `config.json` holds: complete settings, and what they were used with.
///
/// @param format version of this record, {@link #FORMAT}
/// @param stage and `model` repeat the settings', for who lists runs
/// @param modelFingerprint tells models apart
/// @param dataHash SHA-256 of the data file
public record RunConfig(
        int format,
        String appVersion,
        Stage stage,
        String model,
        String modelFingerprint,
        String dataHash,
        TrainConfig train) {
    /// Version of this record.
    public static final int FORMAT = 1;

    RunConfig(String appVersion, String modelFingerprint, String dataHash, TrainConfig train) {
        this(FORMAT, appVersion, train.stage(), train.model(), modelFingerprint, dataHash, train);
    }

    /// @throws GantryException when a resumed run would go on with another model or other data
    void requireSame(RunConfig now) {
        if (!modelFingerprint.equals(now.modelFingerprint)) {
            throw changed("the model " + model);
        }
        if (!dataHash.equals(now.dataHash)) {
            throw changed("the data file " + train.data().path());
        }
    }

    private static GantryException changed(String what) {
        return GantryException.badInput(
                "RUN-INPUT-CHANGED",
                "cannot resume the run",
                what + " is not what it was when the run began",
                "Put the original back, or start a new run.");
    }
}
