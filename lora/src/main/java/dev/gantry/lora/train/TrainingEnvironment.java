package dev.gantry.lora.train;

import dev.gantry.engine.device.Devices;
import dev.gantry.engine.progress.Progress;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/// What a training run needs from the program around it.
///
/// @param appVersion written into the run folder
/// @param tokenCache folder for tokenised data; null to keep none
/// @param memoryBytes memory the run may use
/// @param progress shows the steps and says when to stop
/// @param devices opens what computes
/// @param planning what a layout in memory is chosen by
public record TrainingEnvironment(
        String appVersion,
        @Nullable Path tokenCache,
        long memoryBytes,
        Progress progress,
        Clock clock,
        Devices devices,
        Planning planning) {

    /// Computing on the processor, laid out by what it is measured to do.
    public TrainingEnvironment(
            String appVersion, @Nullable Path tokenCache, long memoryBytes, Progress progress, Clock clock) {
        this(appVersion, tokenCache, memoryBytes, progress, clock, Devices.PROCESSOR, Planning.MEASURED);
    }

    /// Laid out by what the machine is measured to do.
    public TrainingEnvironment(
            String appVersion,
            @Nullable Path tokenCache,
            long memoryBytes,
            Progress progress,
            Clock clock,
            Devices devices) {
        this(appVersion, tokenCache, memoryBytes, progress, clock, devices, Planning.MEASURED);
    }

    /// Nothing kept, nothing shown, no bound on memory, nothing measured.
    public static TrainingEnvironment quiet() {
        return new TrainingEnvironment("test", null, Long.MAX_VALUE, Progress.silent(), Clock.systemUTC())
                .withPlanning(Planning.FIXED);
    }

    /// The same on other devices.
    public TrainingEnvironment withDevices(Devices other) {
        return new TrainingEnvironment(appVersion, tokenCache, memoryBytes, progress, clock, other, planning);
    }

    /// The same with a layout that is chosen otherwise.
    public TrainingEnvironment withPlanning(Planning other) {
        return new TrainingEnvironment(appVersion, tokenCache, memoryBytes, progress, clock, devices, other);
    }

    /// The same with another progress.
    public TrainingEnvironment withProgress(Progress other) {
        return new TrainingEnvironment(appVersion, tokenCache, memoryBytes, other, clock, devices, planning);
    }
}
