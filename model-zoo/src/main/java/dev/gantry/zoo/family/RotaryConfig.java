package dev.gantry.zoo.family;

import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.decoder.RotaryScaling;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Rotary positions as config.json gives them: `rope_theta` and `rope_scaling`, or the newer `rope_parameters`.
///
/// Defaults are those of transformers' `modeling_rope_utils`.
final class RotaryConfig {
    private static final double THETA = 10000;

    private static final Set<String> KNOWN = Set.of(
            "rope_theta",
            "type",
            "rope_type",
            "factor",
            "original_max_position_embeddings",
            "attention_factor",
            "mscale",
            "mscale_all_dim",
            "beta_fast",
            "beta_slow",
            "truncate",
            "low_freq_factor",
            "high_freq_factor",
            "partial_rotary_factor",
            "finetuned");

    private final ModelConfig config;
    private final String key;
    private final JsonNode scaling;
    private final int positions;

    private RotaryConfig(ModelConfig config, String key, int positions) {
        this.config = config;
        this.key = key;
        this.scaling = config.node(key);
        this.positions = positions;
    }

    static PositionSpec.Rotary position(ModelConfig config, int headDim, int positions) {
        String key = config.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
        RotaryConfig rotary = new RotaryConfig(config, key, positions);
        rotary.check(headDim);
        double theta = config.number(rotary.scaling, "rope_theta", config.number("rope_theta", THETA));
        if (theta <= 0) {
            throw config.wrong("rope_theta", "is " + theta + ", which is not above 0");
        }
        return new PositionSpec.Rotary(theta, headDim, rotary.scaling());
    }

    /// Longest sequence under this scaling. Linear and dynamic scaling leave `max_position_embeddings` at the length
    /// before the stretch; YaRN configurations come with either; LLaMA 3.1 gives the length after it.
    static int reach(PositionSpec.Rotary rotary, int positions) {
        return switch (rotary.scaling()) {
            case RotaryScaling.None _, RotaryScaling.Llama3 _ -> positions;
            case RotaryScaling.Linear linear -> (int) (positions * linear.factor());
            case RotaryScaling.Dynamic dynamic -> (int) (positions * dynamic.factor());
            case RotaryScaling.Yarn yarn -> Math.max(positions, (int) (yarn.originalPositions() * yarn.factor()));
        };
    }

    private void check(int headDim) {
        if (headDim % 2 != 0) {
            throw config.wrong("head_dim", "is " + headDim + ", and rotary positions need an even one");
        }
        if (!scaling.isMissingNode() && !scaling.isNull() && !scaling.isObject()) {
            throw config.wrong(key, "is not an object");
        }
        scaling.propertyNames().stream().filter(name -> !KNOWN.contains(name)).forEach(name -> {
            throw config.unsupported(key, "\"" + name + "\"");
        });
        double partial = config.number(scaling, "partial_rotary_factor", config.number("partial_rotary_factor", 1));
        if (partial != 1) {
            throw config.unsupported("partial_rotary_factor", partial);
        }
    }

    private RotaryScaling scaling() {
        String type = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
        return switch (type) {
            case "default" -> new RotaryScaling.None();
            case "linear" -> new RotaryScaling.Linear(factor());
            case "dynamic" -> new RotaryScaling.Dynamic(factor(), positions);
            case "yarn" -> yarn();
            case "llama3" ->
                new RotaryScaling.Llama3(
                        factor(), needed("low_freq_factor"), needed("high_freq_factor"), originalPositions());
            default -> throw config.unsupported(key, "the type \"" + type + "\"");
        };
    }

    private RotaryScaling yarn() {
        boolean exact = scaling.path("truncate").isBoolean()
                && !scaling.path("truncate").asBoolean();
        int original = originalPositions();
        double factor = scaling.hasNonNull("factor") ? factor() : (double) positions / original;
        return new RotaryScaling.Yarn(
                factor,
                original,
                attentionFactor(factor),
                positive("beta_fast", 32),
                positive("beta_slow", 1),
                exact ? RotaryScaling.YarnBounds.EXACT : RotaryScaling.YarnBounds.WHOLE_PAIRS);
    }

    /// `0.1 ln(factor) + 1` unless given, or DeepSeek's quotient of two such terms.
    private double attentionFactor(double factor) {
        if (scaling.hasNonNull("attention_factor")) {
            return needed("attention_factor");
        }
        double mscale = config.number(scaling, "mscale", 0);
        double mscaleAllDim = config.number(scaling, "mscale_all_dim", 0);
        return mscale != 0 && mscaleAllDim != 0
                ? magnitude(factor, mscale) / magnitude(factor, mscaleAllDim)
                : magnitude(factor, 1);
    }

    private static double magnitude(double factor, double mscale) {
        return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
    }

    /// Positions before the stretch; transformers takes the present ones when the scaling does not tell.
    private int originalPositions() {
        double original = config.number(
                scaling,
                "original_max_position_embeddings",
                config.number("original_max_position_embeddings", positions));
        if (original < 1 || original != (int) original) {
            throw config.wrong("original_max_position_embeddings", "is " + original + ", not a whole number above 0");
        }
        return (int) original;
    }

    private double factor() {
        double factor = needed("factor");
        if (factor < 1) {
            throw config.wrong(key, "has the factor " + factor + ", which is below 1");
        }
        return factor;
    }

    private double positive(String name, double absent) {
        double value = config.number(scaling, name, absent);
        return value == 0 ? absent : value;
    }

    private double needed(String name) {
        double value = config.number(scaling, name, Double.NaN);
        if (Double.isNaN(value) || value <= 0) {
            throw config.wrong(key, "needs a \"" + name + "\" above 0");
        }
        return value;
    }
}
