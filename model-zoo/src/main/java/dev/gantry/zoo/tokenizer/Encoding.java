package dev.gantry.zoo.tokenizer;

/// Token ids and, for each, the half-open range of UTF-16 offsets in the text it came from.
///
/// @param ids token ids
/// @param starts first character of each token
/// @param ends one past the last character of each token
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
public record Encoding(int[] ids, int[] starts, int[] ends) {

    public int length() {
        return ids.length;
    }
}
