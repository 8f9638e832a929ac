package dev.gantry.lora.bench;

import org.jspecify.annotations.Nullable;

/// What was measured. Rates are of whole rounds, everything included.
///
/// @param what `train`, `prefill` or `decode`
/// @param weights where they came from: those of files count as memory only where they were read
/// @param medianTokensPerSecond over the rounds
/// @param bestTokensPerSecond of the fastest round
/// @param matmulShare share of a round's time spent in matrix products, of the fastest round; -1 on a device that
///     computes beside the program
/// @param peakShare median share of the machine's own best, probed right before and after each round, that a whole
///     round reaches: of the matmul peak when training and in prefill, of the memory's read rate for a token when
///     decoding
/// @param limit the fastest of those probes, in operations or bytes a second
/// @param peakResidentBytes largest resident memory of the process so far, -1 where the system does not tell
/// @param devicePeakBytes largest that was held of a device with memory of its own; -1 where it is the process's
/// @param streaming where the model lay and what came to the device; null where nothing was limited
public record BenchResult(
        String what,
        BenchSettings settings,
        BenchModels.Origin weights,
        String backend,
        double medianTokensPerSecond,
        double bestTokensPerSecond,
        double matmulShare,
        double peakShare,
        double limit,
        long peakResidentBytes,
        long devicePeakBytes,
        @Nullable BenchStreaming streaming) {
    static final int NOT_TOLD = -1;
}
