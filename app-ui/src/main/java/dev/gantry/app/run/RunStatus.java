package dev.gantry.app.run;

/// How a run stands, from its folder and the processes of the machine.
public enum RunStatus {
    /// Created and not begun.
    WAITING,
    /// A process reads model and data.
    PREPARING,
    TRAINING,
    /// A process holds its memory and waits to be told.
    PAUSED,
    /// Its process ended without a word; it can go on from its newest checkpoint.
    INTERRUPTED,
    /// It was asked to end and can go on.
    STOPPED,
    FINISHED,
    FAILED;

    /// Whether a process works on it now.
    public boolean isAlive() {
        return switch (this) {
            case PREPARING, TRAINING, PAUSED -> true;
            case WAITING, INTERRUPTED, STOPPED, FINISHED, FAILED -> false;
        };
    }

    /// Whether training can go on.
    public boolean isResumable() {
        return switch (this) {
            case INTERRUPTED, STOPPED, FAILED -> true;
            case WAITING, PREPARING, TRAINING, PAUSED, FINISHED -> false;
        };
    }
}
