package dev.gantry.lora.bench;

import dev.gantry.engine.pass.Retention;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was predicted and what was measured of training in little memory.
///
/// @param freeTokensPerStep T*, from which on copying takes no longer than computing; from rates beside the rounds
/// @param stepSeconds of the plan made before, and the median of the rounds
/// @param pairedTimeRatio median of predicted over measured time of a step, predicted from rates taken right before it
/// @param peakBytes of each tier
/// @param blocks copied to the device in a step
/// @param hostBytes of them from host memory
/// @param diskBytes of them from files
/// @param streaming speed beside that of the same step with all weights in memory
/// @param disk null without a disk folder, or where the model is too small to tell
/// @param allocationsAfterFirstStep native ones, in all later steps together
public record OffloadResult(
        OffloadSettings settings,
        String backend,
        Layout layout,
        long tokensPerStep,
        long freeTokensPerStep,
        Figure stepSeconds,
        double pairedTimeRatio,
        List<Peak> peakBytes,
        Figure blocks,
        Figure hostBytes,
        Figure diskBytes,
        List<Streaming> streaming,
        @Nullable Share disk,
        Share adamW,
        long allocationsAfterFirstStep) {

    /// How the plan laid the job out.
    public record Layout(Retention retention, int onDevice, int inHost, int onDisk, int slots) {}

    /// A prediction and what came of it.
    public record Figure(double predicted, double measured) {
        /// 1 where both are the same.
        public double ratio() {
            return predicted == measured ? 1 : predicted / measured;
        }
    }

    /// The most that a tier held at once.
    ///
    /// @param budget -1 for none
    public record Peak(String tier, long budget, Figure bytes) {}

    /// A step of so many tokens with and without streaming, in turns.
    ///
    /// @param inMemorySeconds median
    /// @param streamedSeconds median
    /// @param share median of the two times of a turn over each other
    /// @param waitShare share of the streamed time that computing waited for blocks
    public record Streaming(
            String what, long tokens, double inMemorySeconds, double streamedSeconds, double share, double waitShare) {}

    /// A rate beside the machine's own, in bytes a second.
    public record Share(double bytesPerSecond, double machineBytesPerSecond, double share) {}
}
