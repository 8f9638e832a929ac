package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.progress.Progress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// What a training run needs from the program around it.
///
/// @param appVersion written into the run folder
/// @param tokenCache folder for tokenised data; null to keep none
/// @param memoryBytes memory the run may use
/// @param progress shows the steps and says when to stop
/// @param backends makes what computes, of so many threads
public record TrainingEnvironment(
        String appVersion,
        @Nullable Path tokenCache,
        long memoryBytes,
        Progress progress,
        Clock clock,
        IntFunction<Backend> backends) {

    /// Computing on the processor.
    public TrainingEnvironment(
            String appVersion, @Nullable Path tokenCache, long memoryBytes, Progress progress, Clock clock) {
        this(appVersion, tokenCache, memoryBytes, progress, clock, CpuBackend::new);
    }

    /// Nothing kept, nothing shown, no bound on memory.
    public static TrainingEnvironment quiet() {
        return new TrainingEnvironment("test", null, Long.MAX_VALUE, Progress.silent(), Clock.systemUTC());
    }
}
