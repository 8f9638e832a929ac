package dev.gantry.lora.data;

/// Sequences laid end to end with no padding; attention stays inside each.
///
/// @param ids token ids of all sequences
/// @param labels at each position the next token of the same sequence if it is to be learned, else {@link #NO_LABEL}
/// @param positions from 0 in each sequence
/// @param sequenceLengths tokens of each sequence, in order; they sum to the length of the other arrays
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
public record Batch(int[] ids, int[] labels, int[] positions, int[] sequenceLengths) {
    /// Marks positions whose prediction does not count.
    public static final int NO_LABEL = -100;

    public int tokens() {
        return ids.length;
    }

    /// Positions whose prediction counts in the loss.
    public int learnedTokens() {
        int count = 0;
        for (int label : labels) {
            count += label == NO_LABEL ? 0 : 1;
        }
        return count;
    }
}
