package dev.gantry.lora.data.check;

/// What to do about rows that cannot be used.
public enum FaultPolicy {
    /// Refuse the file, naming them.
    STOP,
    /// Leave them out and count them.
    SKIP
}
