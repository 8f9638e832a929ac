package dev.gantry.engine.backend;

/// Where each sequence's queries and keys lie. Attention never crosses a segment.
///
/// Segment s has queries in rows `[queryStart[s], queryStart[s] + queryLength[s])` and keys in rows
/// `[keyStart[s], keyStart[s] + keyLength[s])`. Query i of a segment stands at position
/// `keyLength - queryLength + i` and sees keys `0..position` (causal). Training: queries and keys are the same rows.
/// Decoding: keys come from a cache with one region for each sequence.
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
public record Segments(int[] queryStart, int[] queryLength, int[] keyStart, int[] keyLength) {

    public int count() {
        return queryStart.length;
    }

    /// Most queries of a segment; 0 without segments.
    public int mostQueries() {
        int most = 0;
        for (int length : queryLength) {
            most = Math.max(most, length);
        }
        return most;
    }

    /// Sequences of the given lengths, one after the other, attending to themselves.
    public static Segments packed(int... lengths) {
        int[] starts = new int[lengths.length];
        for (int s = 1; s < lengths.length; s++) {
            starts[s] = starts[s - 1] + lengths[s - 1];
        }
        return new Segments(starts, lengths, starts, lengths);
    }
}
