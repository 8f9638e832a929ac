package dev.gantry.engine.decoder;

/// Multi-head or grouped-query attention.
///
/// @param heads query heads
/// @param kvHeads key and value heads; divides `heads`
/// @param headDim width of a head; `heads * headDim` need not equal hidden
/// @param scale factor on q·k
/// @param slidingWindow a token sees itself and the `slidingWindow - 1` before it; 0 for all
/// @param projection how q, k and v are laid out in the checkpoint
/// @param qkvBias whether q, k and v have biases
/// @param outputBias whether the output projection has a bias
public record AttentionSpec(
        int heads,
        int kvHeads,
        int headDim,
        float scale,
        int slidingWindow,
        QkvProjection projection,
        Bias qkvBias,
        Bias outputBias) {

    public AttentionSpec {
        if (heads < 1 || kvHeads < 1 || headDim < 1 || heads % kvHeads != 0) {
            throw new IllegalArgumentException(
                    heads + " query heads cannot share " + kvHeads + " key heads of width " + headDim);
        }
    }

    /// How q, k and v are laid out in the checkpoint.
    public enum QkvProjection {
        /// Three matrices (OPT, LLaMA).
        SEPARATE,
        /// One matrix whose outputs are all q, then all k, then all v (GPT-2).
        CONCATENATED,
        /// One matrix whose outputs are q, k, v of head 0, then of head 1, ... (BLOOM).
        PER_HEAD
    }

    public int queryWidth() {
        return heads * headDim;
    }

    public int kvWidth() {
        return kvHeads * headDim;
    }

    public int qkvWidth() {
        return queryWidth() + 2 * kvWidth();
    }
}
