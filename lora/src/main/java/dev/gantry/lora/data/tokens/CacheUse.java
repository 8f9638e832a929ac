package dev.gantry.lora.data.tokens;

/// Where the tokens of a start came from.
public enum CacheUse {
    REUSED,
    MADE,
    /// The cached file was damaged and made again.
    REBUILT
}
