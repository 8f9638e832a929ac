package dev.gantry.zoo.family;

import dev.gantry.engine.decoder.DecoderSpec.Head;

/// Parts of a spec that all families read in the same way.
final class SpecParts {
    private SpecParts() {}

    static int headDim(ModelConfig config, int hidden, int heads) {
        if (hidden % heads != 0) {
            throw config.wrong("num_attention_heads", "is " + heads + ", which does not divide the hidden " + hidden);
        }
        return hidden / heads;
    }

    /// `1 / sqrt(headDim)`.
    static float scale(int headDim) {
        return (float) (1 / Math.sqrt(headDim));
    }

    /// A reward model has no language head; the table it would be tied to is all that its spec needs.
    static Head head(ModelConfig config, Head absent) {
        if (config.architectures().stream().anyMatch(name -> name.endsWith("ForSequenceClassification"))) {
            return Head.TIED;
        }
        return config.flag("tie_word_embeddings", absent == Head.TIED) ? Head.TIED : Head.OWN;
    }
}
