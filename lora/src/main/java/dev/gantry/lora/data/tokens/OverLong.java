package dev.gantry.lora.data.tokens;

/// What happens to rows with more tokens than allowed.
public enum OverLong {
    /// Left out and counted.
    DROP,
    /// The beginning is kept.
    CUT_END,
    /// The end is kept: the oldest turns go.
    CUT_START
}
