package dev.gantry.offload.plan;

import dev.gantry.engine.pass.Retention;
import java.util.List;

/// Where a job's memory goes and how long it takes, before anything starts.
///
/// @param retention what the forward keeps
/// @param uses what the memory is for, largest first
/// @param mappedBytes weights read from files where they lie; they need memory but can be read again
/// @param budgetBytes memory the job may use
/// @param tokensPerSecond expected rate
/// @param seconds expected duration of the run
/// @param advice what would make it fit or faster, best first; empty when nothing needs saying
public record TrainingPlan(
        Retention retention,
        List<Use> uses,
        long mappedBytes,
        long budgetBytes,
        double tokensPerSecond,
        double seconds,
        List<String> advice) {

    /// One use of memory.
    public record Use(String what, long bytes) {}

    /// Everything together, mapped weights included.
    public long peakBytes() {
        return mappedBytes + uses.stream().mapToLong(Use::bytes).sum();
    }

    public boolean fits() {
        return peakBytes() <= budgetBytes;
    }
}
