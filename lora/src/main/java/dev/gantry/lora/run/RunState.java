package dev.gantry.lora.run;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Where a run stands.
public enum RunState {
    /// Its first step is about to be taken.
    @JsonProperty("started")
    STARTED,
    /// It goes on from a checkpoint.
    @JsonProperty("resumed")
    RESUMED,
    /// It was asked to stop and can be resumed.
    @JsonProperty("stopped")
    STOPPED,
    /// It failed; an earlier checkpoint may be resumed.
    @JsonProperty("failed")
    FAILED,
    /// All steps were taken, or the held-back loss no longer fell.
    @JsonProperty("finished")
    FINISHED
}
