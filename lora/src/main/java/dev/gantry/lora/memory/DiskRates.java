package dev.gantry.lora.memory;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.offload.frozen.StoredPlace;
import dev.gantry.offload.io.DiskProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// How fast the disk of a model's files is.
public final class DiskRates {
    private static final Duration PROBE = Duration.ofMillis(25);
    private static final int ROUNDS = 3;
    /// Smaller files are read before a probe has begun.
    private static final long LEAST_PROBED_BYTES = 64L << 20;

    private static final double UNPROBED_BYTES_PER_SECOND = 1e9;

    private DiskRates() {}

    /// Bytes a second past the page cache, with several requests in flight.
    ///
    /// @param places where files hold the model's parameters
    public static double reading(Map<ParameterId, StoredPlace> places) throws IOException {
        Optional<Path> any = places.values().stream().map(StoredPlace::file).findAny();
        if (any.isEmpty() || Files.size(any.get()) < LEAST_PROBED_BYTES) {
            return UNPROBED_BYTES_PER_SECOND;
        }
        return new DiskProbe(PROBE, ROUNDS).measureReading(any.get()).queue().bytesPerSecond();
    }
}
