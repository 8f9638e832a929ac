package dev.gantry.app.ui.task;

import dev.gantry.engine.progress.ProgressUnit;
import java.time.Duration;
import java.util.Optional;

/// How far a task is.
///
/// @param label what is being done now; empty before the work has said so
/// @param total [dev.gantry.engine.progress.Progress#UNKNOWN_TOTAL] when the length is not known
/// @param note a few words behind the bar, such as `loss 2.31`
public record TaskStatus(
        String label, long done, long total, ProgressUnit unit, String note, Optional<Duration> remaining) {
    static final TaskStatus NONE = new TaskStatus("", 0, -1, ProgressUnit.ITEMS, "", Optional.empty());

    /// 0 to 1, or -1 when the length is not known.
    public double fraction() {
        return total <= 0 ? -1 : Math.min(1, done / (double) total);
    }
}
