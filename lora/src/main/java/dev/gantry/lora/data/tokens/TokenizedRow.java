package dev.gantry.lora.data.tokens;

import java.util.BitSet;

/// Token ids of one example and which of them are to be learned.
///
/// @param ids token ids
/// @param trained set for the tokens whose prediction counts in the loss
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
public record TokenizedRow(int[] ids, BitSet trained) {

    public int length() {
        return ids.length;
    }

    /// Tokens that give a label; the first of a sequence is never predicted, so it gives none.
    public int learnedTokens() {
        return trained.cardinality() - (trained.get(0) ? 1 : 0);
    }
}
