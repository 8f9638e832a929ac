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

/// GPT-2's config.json. Its sizes have aliases in the words of the other families.
final class Gpt2Config {
    private Gpt2Config() {}

    static DecoderSpec spec(ModelConfig config) {
        config.refuseTrue("scale_attn_by_inverse_layer_idx");
        int hidden = config.count("hidden_size", config.count("n_embd", 768));
        int heads = config.count("num_attention_heads", config.count("n_head", 12));
        int headDim = SpecParts.headDim(config, hidden, heads);
        int positions = config.count("max_position_embeddings", config.count("n_positions", 1024));
        float scale = config.flag("scale_attn_weights", true) ? SpecParts.scale(headDim) : 1;
        Activation activation = config.activation("activation_function", "gelu_new");
        return new DecoderSpec(
                config.count("vocab_size"),
                hidden,
                hidden,
                SpecParts.layers(config, config.count("num_hidden_layers", config.count("n_layer", 12))),
                positions,
                new PositionSpec.Learned(positions, 0),
                new NormSpec(Kind.LAYER_NORM, (float) config.number("layer_norm_epsilon", 1e-5), Placement.PRE),
                new AttentionSpec(
                        heads, heads, headDim, scale, 0, QkvProjection.CONCATENATED, Bias.PRESENT, Bias.PRESENT),
                new MlpSpec(config.count("n_inner", 4 * hidden), activation, Gating.PLAIN, Bias.PRESENT),
                DecoderSpec.EmbeddingNorm.ABSENT,
                DecoderSpec.FinalNorm.PRESENT,
                SpecParts.head(config, DecoderSpec.Head.TIED),
                DecoderSpec.LinearLayout.IN_OUT);
    }
}
