package dev.gantry.zoo.family;

import dev.gantry.engine.decoder.DecoderSpec.Head;

/// Parts of a spec that all families read in the same way.
final class SpecParts {
    /// Thirty times the deepest model known; bounds the list of parameters that a hostile config can ask for.
    private static final int MAX_LAYERS = 4096;

    private static final int MAX_WIDTH = 1 << 24;

    private SpecParts() {}

    static int layers(ModelConfig config, int layers) {
        if (layers > MAX_LAYERS) {
            throw config.wrong("num_hidden_layers", "is " + layers + ", more than any model has");
        }
        return layers;
    }

    /// Width of all heads side by side must stay a sensible number.
    static int checkedHeadDim(ModelConfig config, int headDim, long heads) {
        if (heads * headDim > MAX_WIDTH) {
            throw config.wrong("head_dim", "is " + headDim + ", too wide for " + heads + " heads");
        }
        return headDim;
    }

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
