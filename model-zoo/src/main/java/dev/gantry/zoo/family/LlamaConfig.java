package dev.gantry.zoo.family;

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

/// The config.json of LLaMA and of its two cousins, which differ in biases, defaults and the sliding window.
final class LlamaConfig {
    private LlamaConfig() {}

    /// What the three differ in.
    private record Variant(
            int kvHeads, int positions, int slidingWindow, Bias qkvBias, Bias outputBias, Bias mlpBias) {}

    static DecoderSpec llama(ModelConfig config) {
        Bias attention = bias(config, "attention_bias");
        int kvHeads = config.count("num_key_value_heads", config.count("num_attention_heads"));
        return spec(config, new Variant(kvHeads, 2048, 0, attention, attention, bias(config, "mlp_bias")));
    }

    static DecoderSpec mistral(ModelConfig config) {
        int window = SlidingWindow.mistral(config);
        return spec(config, new Variant(kvHeads(config, 8), 4096 * 32, window, Bias.ABSENT, Bias.ABSENT, Bias.ABSENT));
    }

    static DecoderSpec qwen2(ModelConfig config) {
        int window = SlidingWindow.qwen2(config);
        return spec(config, new Variant(kvHeads(config, 32), 32768, window, Bias.PRESENT, Bias.ABSENT, Bias.ABSENT));
    }

    private static DecoderSpec spec(ModelConfig config, Variant variant) {
        int hidden = config.count("hidden_size");
        int heads = config.count("num_attention_heads");
        int headDim = config.has("head_dim")
                ? SpecParts.checkedHeadDim(config, config.count("head_dim"), heads)
                : SpecParts.headDim(config, hidden, heads);
        if (heads % variant.kvHeads != 0) {
            throw config.wrong("num_key_value_heads", "is " + variant.kvHeads + ", which does not divide " + heads);
        }
        int positions = config.count("max_position_embeddings", variant.positions);
        PositionSpec.Rotary rotary = RotaryConfig.position(config, headDim, positions);
        return new DecoderSpec(
                config.count("vocab_size"),
                hidden,
                hidden,
                SpecParts.layers(config, config.count("num_hidden_layers")),
                RotaryConfig.reach(rotary, positions),
                rotary,
                new NormSpec(Kind.RMS_NORM, (float) config.number("rms_norm_eps", 1e-6), Placement.PRE),
                new AttentionSpec(
                        heads,
                        variant.kvHeads,
                        headDim,
                        SpecParts.scale(headDim),
                        variant.slidingWindow,
                        QkvProjection.SEPARATE,
                        variant.qkvBias,
                        variant.outputBias),
                new MlpSpec(
                        config.count("intermediate_size"),
                        config.activation("hidden_act", "silu"),
                        Gating.GATED,
                        variant.mlpBias),
                DecoderSpec.EmbeddingNorm.ABSENT,
                DecoderSpec.FinalNorm.PRESENT,
                SpecParts.head(config, DecoderSpec.Head.OWN),
                DecoderSpec.LinearLayout.OUT_IN);
    }

    private static Bias bias(ModelConfig config, String key) {
        return config.flag(key, false) ? Bias.PRESENT : Bias.ABSENT;
    }

    /// An absent key means the class's default; null means as many as query heads.
    private static int kvHeads(ModelConfig config, int absent) {
        return config.node("num_key_value_heads").isMissingNode()
                ? absent
                : config.count("num_key_value_heads", config.count("num_attention_heads"));
    }
}
