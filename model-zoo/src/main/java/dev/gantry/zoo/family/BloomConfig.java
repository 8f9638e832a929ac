package dev.gantry.zoo.family;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.AttentionSpec.QkvProjection;
import dev.gantry.engine.decoder.Bias;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.MlpSpec.Gating;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.NormSpec.Kind;
import dev.gantry.engine.decoder.NormSpec.Placement;
import dev.gantry.engine.decoder.PositionSpec;

/// BLOOM's config.json. Older ones say `n_embed` and `num_attention_heads`, which win when both are there.
final class BloomConfig {
    /// ALiBi sets no limit; this is the length the published models were trained on.
    private static final int TRAINED_POSITIONS = 2048;

    private BloomConfig() {}

    static DecoderSpec spec(ModelConfig config) {
        config.refuseTrue("apply_residual_connection_post_layernorm");
        int hidden = config.count("n_embed", config.count("hidden_size", 64));
        int heads = config.count("num_attention_heads", config.count("n_head", 8));
        int headDim = SpecParts.headDim(config, hidden, heads);
        return new DecoderSpec(
                config.count("vocab_size"),
                hidden,
                hidden,
                SpecParts.layers(config, config.count("num_hidden_layers", config.count("n_layer", 2))),
                config.count("seq_length", TRAINED_POSITIONS),
                new PositionSpec.Alibi(),
                new NormSpec(Kind.LAYER_NORM, (float) config.number("layer_norm_epsilon", 1e-5), Placement.PRE),
                new AttentionSpec(
                        heads,
                        heads,
                        headDim,
                        SpecParts.scale(headDim),
                        0,
                        QkvProjection.PER_HEAD,
                        Bias.PRESENT,
                        Bias.PRESENT),
                new MlpSpec(4 * hidden, Activation.GELU_TANH, Gating.PLAIN, Bias.PRESENT),
                DecoderSpec.EmbeddingNorm.PRESENT,
                DecoderSpec.FinalNorm.PRESENT,
                SpecParts.head(config, DecoderSpec.Head.TIED),
                DecoderSpec.LinearLayout.OUT_IN);
    }
}
