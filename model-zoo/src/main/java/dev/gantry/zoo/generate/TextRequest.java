package dev.gantry.zoo.generate;

import dev.gantry.engine.generate.Sampling;
import java.util.List;
import java.util.Set;

/// What to continue, and until when.
///
/// @param prompt token ids to continue
/// @param maxNewTokens most tokens to add
/// @param endIds tokens that end a text; never shown
/// @param stops texts that end the answer; never shown
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
public record TextRequest(int[] prompt, Sampling sampling, int maxNewTokens, Set<Integer> endIds, List<String> stops) {}
