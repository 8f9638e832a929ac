package dev.gantry.zoo.generate;

import dev.gantry.engine.generate.Generator.Ending;

/// A finished continuation.
///
/// @param text what was shown, without end markers
/// @param ids the new tokens, an end-of-text token included
/// @param promptTokens tokens of the prompt
/// @param readTokens those of them that were run through the model; the others were known from the answer before
/// @param firstTokenNanos from the request to the first new token
/// @param totalNanos from the request to the end
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
public record Answer(
        String text,
        int[] ids,
        Ending ending,
        int promptTokens,
        int readTokens,
        long firstTokenNanos,
        long totalNanos) {

    /// Rate of the tokens after the first, 0 when there were none.
    public double decodeTokensPerSecond() {
        long nanos = totalNanos - firstTokenNanos;
        return ids.length < 2 || nanos <= 0 ? 0 : (ids.length - 1) * 1e9 / nanos;
    }
}
