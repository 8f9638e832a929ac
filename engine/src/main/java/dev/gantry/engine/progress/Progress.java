package dev.gantry.engine.progress;

import dev.gantry.engine.GantryException;

/// Where long work reports to, and where it learns that it should stop.
///
/// ```java
/// try (var task = progress.start("reading rows", rows, ProgressUnit.ROWS)) {
///     for (long row = 0; row < rows; row++) {
///         progress.throwIfCancelled();
///         ...
///         task.update(row + 1);
///     }
/// }
/// ```
public interface Progress {
    /// The value of `total` for work whose length is not known.
    long UNKNOWN_TOTAL = -1;

    /// Starts one piece of work; closing the task ends it, finished or not.
    ///
    /// @param total how many units there are, or [#UNKNOWN_TOTAL]
    ProgressTask start(String label, long total, ProgressUnit unit);

    /// True once the user asked to stop; work looks at it between steps and never needs an interrupt.
    boolean cancelled();

    /// Ends the work by exception when the user asked to stop.
    default void throwIfCancelled() {
        if (cancelled()) {
            throw GantryException.cancelled("the work was stopped", "start it again when you are ready");
        }
    }

    /// Shows nothing and is never cancelled.
    static Progress silent() {
        return SilentProgress.INSTANCE;
    }
}
