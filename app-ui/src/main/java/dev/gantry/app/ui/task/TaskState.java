package dev.gantry.app.ui.task;

/// Where a background task stands.
public enum TaskState {
    /// Not started, or waiting for a thread.
    WAITING,
    RUNNING,
    /// Asked to stop and not yet there.
    CANCELLING,
    DONE,
    CANCELLED,
    FAILED;

    public boolean isOver() {
        return switch (this) {
            case WAITING, RUNNING, CANCELLING -> false;
            case DONE, CANCELLED, FAILED -> true;
        };
    }
}
