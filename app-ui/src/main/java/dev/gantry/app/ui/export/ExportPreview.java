package dev.gantry.app.ui.export;

import dev.gantry.app.export.ExportKind;
import dev.gantry.lora.export.ExportEstimate;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// What an export would take here and now.
///
/// @param estimates for each kind that there can be
/// @param freeBytes on the disk of the folder it goes to
/// @param taken names in that folder
record ExportPreview(
        Map<ExportKind, ExportEstimate> estimates, ExportEstimate.Rates rates, long freeBytes, Set<String> taken) {
    /// Left free on the disk, and room for the small files.
    private static final long SPARE_BYTES = 64L << 20;

    ExportPreview {
        estimates = Map.copyOf(estimates);
        taken = Set.copyOf(taken);
    }

    boolean fitsDisk(ExportEstimate estimate) {
        return estimate.bytes() + SPARE_BYTES <= freeBytes;
    }

    boolean fitsMemory(ExportEstimate estimate) {
        return estimate.memoryBytes() <= rates.availableBytes();
    }

    Duration time(ExportEstimate estimate) {
        return estimate.time(rates);
    }
}
