package dev.gantry.zoo.catalog;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A run as its folder tells it.
///
/// @param stage such as `sft` or `pretrain`; empty when the folder does not say
/// @param model the model it started from; empty when the folder does not say
/// @param state the last state in its events, such as `running` or `finished`; a killed run still says `running`
/// @param eventsReadBytes how far its events are in the catalog
public record RunEntry(
        String id, Path folder, String stage, String model, String state, Instant changed, long eventsReadBytes) {
    public RunEntry {
        folder = folder.toAbsolutePath().normalize();
        changed = changed.truncatedTo(ChronoUnit.MILLIS);
    }
}
