package dev.gantry.lora.train.config;

import org.jspecify.annotations.Nullable;

/// How many rows an optimizer step sees; null means: chosen for you.
///
/// @param effectiveRows rows (when packing: packs) of a step
/// @param microRows rows computed at once; divides `effectiveRows`
public record BatchSection(
        @Nullable Integer effectiveRows, @Nullable Integer microRows) {
    /// Everything chosen for you.
    public static final BatchSection AUTO = new BatchSection(null, null);

    public BatchSection {
        Setting.atLeast("batch.effective_rows", effectiveRows, 1);
        Setting.atLeast("batch.micro_rows", microRows, 1);
        if (effectiveRows != null && microRows != null && effectiveRows % microRows != 0) {
            throw Setting.wrong("batch.micro_rows", microRows, "must divide batch.effective_rows " + effectiveRows);
        }
    }
}
