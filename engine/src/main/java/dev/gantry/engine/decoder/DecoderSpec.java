package dev.gantry.engine.decoder;

/// Everything that distinguishes one decoder-only transformer from another: a family is data, not code.
///
/// @param vocabularySize rows of the token embedding
/// @param embeddingDim columns of the token embedding and head; differs from `hidden` only where OPT projects in and
/// out
/// @param hidden width of the residual stream
/// @param layers number of blocks
/// @param maxPositions longest sequence the model was made for
/// @param embeddingNorm whether a norm follows the embedding (BLOOM)
/// @param finalNorm whether a norm precedes the head
/// @param head where the head's weights come from
/// @param linearLayout how the matrices of the blocks are stored
public record DecoderSpec(
        int vocabularySize,
        int embeddingDim,
        int hidden,
        int layers,
        int maxPositions,
        PositionSpec position,
        NormSpec norm,
        AttentionSpec attention,
        MlpSpec mlp,
        EmbeddingNorm embeddingNorm,
        FinalNorm finalNorm,
        Head head,
        LinearLayout linearLayout) {

    /// Whether a norm follows the embedding.
    public enum EmbeddingNorm {
        ABSENT,
        PRESENT
    }

    /// Whether a norm precedes the head.
    public enum FinalNorm {
        ABSENT,
        PRESENT
    }

    /// Where the head's weights come from.
    public enum Head {
        /// The token embedding; no tensor of its own.
        TIED,
        /// A matrix `[vocabulary, embeddingDim]` of its own.
        OWN
    }

    /// How the matrices of the blocks are stored.
    public enum LinearLayout {
        /// `[out, in]`, PyTorch's `nn.Linear`.
        OUT_IN,
        /// `[in, out]`, GPT-2's `Conv1D`.
        IN_OUT
    }

    public boolean projects() {
        return embeddingDim != hidden;
    }
}
