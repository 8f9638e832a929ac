package dev.gantry.zoo.family;

import static dev.gantry.zoo.family.Configs.LLAMA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.PositionSpec.Rotary;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.decoder.RotaryScaling.Yarn;
import dev.gantry.engine.decoder.RotaryScaling.YarnBounds;
import org.junit.jupiter.api.Test;

final class RotaryConfigTest {
    @Test
    void scaling_isNone_whenNothingIsSaid() {
        assertThat(rotary("")).isEqualTo(new Rotary(10000, 4, new RotaryScaling.None()));
        assertThat(scaling("null")).isEqualTo(new RotaryScaling.None());
        assertThat(scaling("{\"rope_type\": \"default\"}")).isEqualTo(new RotaryScaling.None());
    }

    @Test
    void scaling_readsOldAndNewNamesOfTheType() {
        assertThat(scaling("{\"type\": \"linear\", \"factor\": 2}")).isEqualTo(new RotaryScaling.Linear(2));
        assertThat(scaling("{\"rope_type\": \"dynamic\", \"factor\": 4.0}"))
                .isEqualTo(new RotaryScaling.Dynamic(4, 1024));
        assertThat(scaling("""
                {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
                 "original_max_position_embeddings": 64}""")).isEqualTo(new RotaryScaling.Llama3(8, 1, 4, 64));
    }

    @Test
    void rope_parameters_holdTheBaseToo() {
        Rotary rotary = rotary("\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 2, \"rope_theta\": 5e5}");
        assertThat(rotary).isEqualTo(new Rotary(500_000, 4, new RotaryScaling.Linear(2)));
    }

    @Test
    void yarn_fillsInWhatIsNotSaid() {
        Yarn yarn = yarn("\"factor\": 4");
        assertThat(yarn.attentionFactor()).isCloseTo(0.1 * Math.log(4) + 1, within(1e-12));
        assertThat(yarn.betaFast()).isEqualTo(32);
        assertThat(yarn.betaSlow()).isEqualTo(1);
        assertThat(yarn.originalPositions()).isEqualTo(1024);
        assertThat(yarn("\"original_max_position_embeddings\": 256").factor()).isEqualTo(4);
        assertThat(yarn("\"factor\": 4, \"attention_factor\": 1.5").attentionFactor())
                .isEqualTo(1.5);
        assertThat(yarn("\"factor\": 1").attentionFactor()).isEqualTo(1);
        double quotient = (0.1 * 0.707 * Math.log(40) + 1) / (0.1 * Math.log(40) + 1);
        assertThat(yarn("\"factor\": 40, \"mscale\": 0.707, \"mscale_all_dim\": 1.0")
                        .attentionFactor())
                .isCloseTo(quotient, within(1e-12));
    }

    @Test
    void yarn_roundsTheEndsOfTheBlend_unlessToldNotTo() {
        assertThat(yarn("\"factor\": 4").bounds()).isEqualTo(YarnBounds.WHOLE_PAIRS);
        assertThat(yarn("\"factor\": 4, \"truncate\": true").bounds()).isEqualTo(YarnBounds.WHOLE_PAIRS);
        assertThat(yarn("\"factor\": 4, \"truncate\": false").bounds()).isEqualTo(YarnBounds.EXACT);
        assertThat(yarn("\"factor\": 4, \"beta_fast\": 16, \"beta_slow\": 2").betaFast())
                .isEqualTo(16);
        assertThat(yarn("\"factor\": 4, \"beta_fast\": 16, \"beta_slow\": 2").betaSlow())
                .isEqualTo(2);
    }

    @Test
    void context_reachesAsFarAsTheScalingStretches() {
        assertThat(context("null")).isEqualTo(1024);
        assertThat(context("{\"type\": \"linear\", \"factor\": 2}")).isEqualTo(2048);
        assertThat(context("{\"type\": \"dynamic\", \"factor\": 2.5}")).isEqualTo(2560);
        assertThat(context("{\"type\": \"yarn\", \"factor\": 4}")).isEqualTo(4096);
        assertThat(context("{\"type\": \"yarn\", \"factor\": 4, \"original_max_position_embeddings\": 256}"))
                .isEqualTo(1024);
        assertThat(context(
                        "{\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4, "
                                + "\"original_max_position_embeddings\": 64}"))
                .isEqualTo(1024);
    }

    @Test
    void scaling_isRefused_whenItIsUnknownOrIncomplete() {
        assertRefused("{\"rope_type\": \"longrope\", \"factor\": 2}", "longrope");
        assertRefused("{\"type\": \"linear\"}", "factor");
        assertRefused("{\"type\": \"linear\", \"factor\": 0.5}", "factor");
        assertRefused("{\"full_attention\": {\"rope_theta\": 1}}", "full_attention");
        assertRefused("{\"type\": \"llama3\", \"factor\": 8}", "low_freq_factor");
        assertRefused("{\"rope_type\": \"default\", \"mrope_section\": [1]}", "mrope_section");
        assertRefused("[1]", "object");
        assertThatThrownBy(() -> rotary("\"partial_rotary_factor\": 0.5")).hasMessageContaining("partial_rotary");
    }

    private static int context(String json) {
        return Configs.spec(LLAMA, "\"rope_scaling\": " + json).maxPositions();
    }

    private static Yarn yarn(String extra) {
        return (Yarn) scaling("{\"rope_type\": \"yarn\", " + extra + "}");
    }

    private static RotaryScaling scaling(String json) {
        return rotary("\"rope_scaling\": " + json).scaling();
    }

    private static Rotary rotary(String extra) {
        return (Rotary) Configs.spec(LLAMA, extra).position();
    }

    private static void assertRefused(String json, String why) {
        assertThatThrownBy(() -> scaling(json))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(why);
    }
}
