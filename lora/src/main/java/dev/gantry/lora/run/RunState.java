package dev.gantry.lora.run;

/// Where a run stands.
public enum RunState {
    /// Its first step is about to be taken.
    STARTED,
    /// It goes on from a checkpoint.
    RESUMED,
    /// It was asked to wait and does, with its memory taken.
    PAUSED,
    /// It goes on after a pause.
    CONTINUED,
    /// It was asked to stop and can be resumed.
    STOPPED,
    /// It failed; an earlier checkpoint may be resumed.
    FAILED,
    /// All steps were taken, or the held-back loss no longer fell.
    FINISHED
}
