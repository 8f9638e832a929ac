package dev.gantry.lora.data.tokens;

import java.time.Duration;

/// How much the token cache may keep, and for how long after the last use.
public record CacheLimits(long bytes, Duration age) {
    /// Room for about a billion tokens; data that nobody trained on for two months is encoded again when needed.
    public static final CacheLimits DEFAULT = new CacheLimits(4L << 30, Duration.ofDays(60));
}
