package dev.gantry.engine.backend;

import org.jspecify.annotations.Nullable;

/// How scores are made from queries and keys.
///
/// @param scale factor on q·k, usually `1 / sqrt(headDim)`
/// @param slidingWindow a token sees itself and the `slidingWindow - 1` before it; 0 means all before it
/// @param alibiSlopes one slope a head: `slope · (keyPosition - queryPosition)` is added to the scaled score
///     (Press, Smith, Lewis 2021), or null
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
public record AttentionBias(float scale, int slidingWindow, float @Nullable [] alibiSlopes) {

    /// Slope of a query head, 0 without ALiBi.
    public float slope(int head) {
        return alibiSlopes == null ? 0 : alibiSlopes[head];
    }

    /// First key that the query at `position` sees.
    public int firstKey(int position) {
        return slidingWindow == 0 ? 0 : Math.max(0, position - slidingWindow + 1);
    }
}
