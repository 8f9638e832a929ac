package dev.gantry.zoo.family;

import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.AttentionSpec.QkvProjection;
import dev.gantry.engine.decoder.Bias;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.DecoderSpec.FinalNorm;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.MlpSpec.Gating;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.NormSpec.Kind;
import dev.gantry.engine.decoder.NormSpec.Placement;
import dev.gantry.engine.decoder.PositionSpec;

/// OPT's config.json: norms before each half, or after it as in OPT-350m, which has no final norm and projects.
final class OptConfig {
    private static final float EPSILON = 1e-5f;

    /// The table's first rows are leftovers of a padding token.
    private static final int POSITION_OFFSET = 2;

    private OptConfig() {}

    static DecoderSpec spec(ModelConfig config) {
        if (!config.flag("layer_norm_elementwise_affine", true)) {
            throw config.unsupported("layer_norm_elementwise_affine", false);
        }
        int hidden = config.count("hidden_size");
        int heads = config.count("num_attention_heads");
        int headDim = SpecParts.headDim(config, hidden, heads);
        int positions = config.count("max_position_embeddings", 2048);
        boolean before = config.flag("do_layer_norm_before", true);
        boolean finalNorm = before && !config.flag("_remove_final_layer_norm", false);
        Bias bias = config.flag("enable_bias", true) ? Bias.PRESENT : Bias.ABSENT;
        return new DecoderSpec(
                config.count("vocab_size"),
                config.count("word_embed_proj_dim", hidden),
                hidden,
                SpecParts.layers(config, config.count("num_hidden_layers")),
                positions,
                new PositionSpec.Learned(positions, POSITION_OFFSET),
                new NormSpec(Kind.LAYER_NORM, EPSILON, before ? Placement.PRE : Placement.POST),
                new AttentionSpec(
                        heads, heads, headDim, SpecParts.scale(headDim), 0, QkvProjection.SEPARATE, bias, bias),
                new MlpSpec(
                        config.count("ffn_dim", 3072),
                        config.activation("activation_function", "relu"),
                        Gating.PLAIN,
                        bias),
                DecoderSpec.EmbeddingNorm.ABSENT,
                finalNorm ? FinalNorm.PRESENT : FinalNorm.ABSENT,
                SpecParts.head(config, DecoderSpec.Head.TIED),
                DecoderSpec.LinearLayout.OUT_IN);
    }
}
