package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;
import java.util.BitSet;

/// Choice of the next token from its logits. Only its id comes back to the host.
public interface SamplingKernels {

    /// How a token is chosen. Applied in this order, as transformers does: repetition penalty, temperature, top-k,
    /// top-p and min-p.
    ///
    /// @param temperature divides the logits; 0 takes the likeliest token, the first of several
    /// @param topK keep the k likeliest; 0 keeps all
    /// @param topP keep the fewest tokens whose probabilities reach this sum; 1 keeps all
    /// @param minP keep tokens at least this fraction as likely as the likeliest; 0 keeps all
    /// @param repetitionPenalty divides positive and multiplies negative logits of tokens already there; 1 for none
    /// @param number what chance says, uniform in [0, 1): of what is left the first token, in the order of falling
    ///     probability and then of rising ids, up to which probabilities add up to more than this share
    record Choice(float temperature, int topK, float topP, float minP, float repetitionPenalty, double number) {}

    /// Waits for the token.
    ///
    /// @param logits f32, one row of the vocabulary
    /// @param seen tokens already there, for the penalty
    int choose(Matrix logits, BitSet seen, Choice choice);
}
