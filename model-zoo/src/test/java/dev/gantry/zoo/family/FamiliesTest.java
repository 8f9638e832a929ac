package dev.gantry.zoo.family;

import static dev.gantry.zoo.family.Configs.BLOOM;
import static dev.gantry.zoo.family.Configs.GPT2;
import static dev.gantry.zoo.family.Configs.LLAMA;
import static dev.gantry.zoo.family.Configs.MISTRAL;
import static dev.gantry.zoo.family.Configs.OPT;
import static dev.gantry.zoo.family.Configs.QWEN2;
import static dev.gantry.zoo.family.Configs.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.decoder.Bias;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.DecoderSpec.Head;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FamiliesTest {
    @Test
    void gpt2_readsAliasesAndDefaults() {
        assertThat(spec(GPT2, "\"n_inner\": null").mlp().intermediate()).isEqualTo(48);
        assertThat(spec(GPT2, "\"n_inner\": 20").mlp().intermediate()).isEqualTo(20);
        assertThat(spec(GPT2, "\"n_embd\": \"-\", \"hidden_size\": 24").hidden())
                .isEqualTo(24);
        assertThat(spec(GPT2, "\"scale_attn_weights\": false").attention().scale())
                .isEqualTo(1);
        assertThat(spec(GPT2, "\"tie_word_embeddings\": false").head()).isEqualTo(Head.OWN);
        assertThat(spec(GPT2, "\"activation_function\": \"gelu\"").mlp().activation())
                .isEqualTo(Activation.GELU_EXACT);
    }

    @Test
    void opt_readsItsVariants() {
        DecoderSpec post = spec(OPT, "\"do_layer_norm_before\": false, \"word_embed_proj_dim\": 6");
        assertThat(post.norm().placement()).isEqualTo(NormSpec.Placement.POST);
        assertThat(post.finalNorm()).isEqualTo(DecoderSpec.FinalNorm.ABSENT);
        assertThat(post.projects()).isTrue();
        assertThat(spec(OPT, "\"_remove_final_layer_norm\": true").finalNorm()).isEqualTo(DecoderSpec.FinalNorm.ABSENT);
        assertThat(spec(OPT, "\"enable_bias\": false").mlp().bias()).isEqualTo(Bias.ABSENT);
        assertThat(spec(OPT, "\"activation_function\": \"gelu_new\"").mlp().activation())
                .isEqualTo(Activation.GELU_TANH);
    }

    @Test
    void bloom_readsTheOldNames() {
        String old = "\"hidden_size\": \"-\", \"n_head\": \"-\", \"n_embed\": 24, \"num_attention_heads\": 6";
        assertThat(spec(BLOOM, old)).isEqualTo(spec(BLOOM, "\"hidden_size\": 24, \"n_head\": 6"));
        assertThat(spec(BLOOM, "").maxPositions()).isEqualTo(2048);
        assertThat(spec(BLOOM, "\"seq_length\": 64").maxPositions()).isEqualTo(64);
    }

    @Test
    void llama_readsHeadsAndBiases() {
        assertThat(spec(LLAMA, "").attention().kvHeads()).isEqualTo(4);
        assertThat(spec(LLAMA, "\"num_key_value_heads\": null").attention().kvHeads())
                .isEqualTo(4);
        assertThat(spec(LLAMA, "\"num_key_value_heads\": 2").attention().kvHeads())
                .isEqualTo(2);
        assertThat(spec(LLAMA, "\"head_dim\": 8").attention().queryWidth()).isEqualTo(32);
        DecoderSpec biased = spec(LLAMA, "\"attention_bias\": true, \"mlp_bias\": true");
        assertThat(biased.attention().outputBias()).isEqualTo(Bias.PRESENT);
        assertThat(biased.mlp().bias()).isEqualTo(Bias.PRESENT);
        assertThat(spec(LLAMA, "").head()).isEqualTo(Head.OWN);
    }

    @Test
    void mistralAndQwen2_readTheSlidingWindow() {
        assertThat(spec(MISTRAL, "").attention().slidingWindow()).isEqualTo(4096);
        assertThat(spec(MISTRAL, "\"sliding_window\": null").attention().slidingWindow())
                .isZero();
        assertThat(spec(MISTRAL, "\"sliding_window\": 10").attention().slidingWindow())
                .isEqualTo(10);
        assertThat(spec(QWEN2, "\"sliding_window\": 10").attention().slidingWindow())
                .isZero();
        String used = "\"use_sliding_window\": true, \"sliding_window\": 10, \"max_window_layers\": ";
        assertThat(spec(QWEN2, used + 0).attention().slidingWindow()).isEqualTo(10);
        assertThat(spec(QWEN2, used + 2).attention().slidingWindow()).isZero();
        assertRefused(QWEN2, used + 1, "max_window_layers");
        assertThat(spec(QWEN2, "").attention().qkvBias()).isEqualTo(Bias.PRESENT);
        assertThat(spec(QWEN2, "").attention().outputBias()).isEqualTo(Bias.ABSENT);
    }

    @Test
    void spec_refusesWhatWouldChangeTheNumbers() {
        assertRefused(GPT2, "\"scale_attn_by_inverse_layer_idx\": true", "scale_attn_by_inverse_layer_idx");
        assertRefused(GPT2, "\"add_cross_attention\": true", "add_cross_attention");
        assertRefused(GPT2, "\"activation_function\": \"quick_gelu\"", "quick_gelu");
        assertRefused(BLOOM, "\"apply_residual_connection_post_layernorm\": true", "post_layernorm");
        assertRefused(OPT, "\"layer_norm_elementwise_affine\": false", "elementwise_affine");
        assertRefused(LLAMA, "\"quantization_config\": {\"bits\": 4}", "quantization_config");
        assertRefused(LLAMA, "\"num_local_experts\": 8", "num_local_experts");
        assertRefused(LLAMA, "\"model_type\": \"mixtral\"", "mixtral");
        assertRefused(LLAMA, "\"model_type\": \"qwen3\"", "qwen3");
        assertRefused(LLAMA, "\"architectures\": [\"LlamaForTokenClassification\"]", "LlamaForTokenClassification");
        assertRefused(MISTRAL, "\"layer_types\": [\"full_attention\", \"sliding_attention\"]", "layer_types");
    }

    @Test
    void spec_namesTheKey_whenAValueMakesNoSense() {
        assertRefused(LLAMA, "\"hidden_size\": \"-\"", "\"hidden_size\" is missing");
        assertRefused(LLAMA, "\"hidden_size\": 0", "hidden_size");
        assertRefused(LLAMA, "\"hidden_size\": 1e30", "hidden_size");
        assertRefused(LLAMA, "\"hidden_size\": [16]", "hidden_size");
        assertRefused(LLAMA, "\"hidden_size\": 18", "num_attention_heads");
        assertRefused(LLAMA, "\"num_key_value_heads\": 3", "num_key_value_heads");
        assertRefused(LLAMA, "\"rms_norm_eps\": \"small\"", "rms_norm_eps");
        assertRefused(LLAMA, "\"head_dim\": 5", "head_dim");
        assertRefused(LLAMA, "\"head_dim\": 16000000", "head_dim");
        assertRefused(LLAMA, "\"num_hidden_layers\": 2000000", "num_hidden_layers");
        assertRefused(GPT2, "\"n_embd\": 2147483646", "n_embd");
        assertRefused(LLAMA, "\"tie_word_embeddings\": 1", "tie_word_embeddings");
    }

    @Test
    void task_isToldByTheClass() {
        ModelConfig reward = Configs.config(LLAMA, "\"architectures\": [\"LlamaForSequenceClassification\"]");
        assertThat(Families.task(Families.LLAMA, reward)).isEqualTo(ModelTask.SEQUENCE_CLASSIFICATION);
        assertThat(Families.LLAMA.spec(reward).head()).isEqualTo(Head.TIED);
        assertThat(Families.of(Configs.config(GPT2, "\"model_type\": \"-\", \"architectures\": [\"GPT2Model\"]")))
                .isEqualTo(Families.GPT2);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt2, transformer.h.3.attn.c_attn, 3, QUERY_KEY_VALUE",
        "gpt2, transformer.h.3.mlp.c_proj, 3, MLP_DOWN",
        "opt, model.decoder.layers.0.self_attn.q_proj, 0, QUERY",
        "opt, model.decoder.final_layer_norm, -1, FINAL_NORM",
        "opt, model.decoder.layers.11.final_layer_norm, 11, MLP_NORM",
        "bloom, transformer.h.0.self_attention.query_key_value, 0, QUERY_KEY_VALUE",
        "llama, model.layers.7.mlp.gate_proj, 7, MLP_GATE",
        "qwen2, lm_head, -1, HEAD"
    })
    void modulePath_isWhatPeftWrites(String type, String path, int layer, Module module) {
        Family family = Families.ALL.stream()
                .filter(f -> f.modelType().equals(type))
                .findAny()
                .orElseThrow();
        assertThat(family.modulePath(layer, module)).isEqualTo(path);
        assertThat(family.place(path)).contains(new ParameterNames.Place(layer, module));
    }

    @Test
    void place_takesUnprefixedPaths_andNothingElse() {
        assertThat(Families.GPT2.place("h.1.mlp.c_fc")).contains(new ParameterNames.Place(1, Module.MLP_UP));
        for (String path : List.of(
                "",
                "h",
                "h.",
                "h.x.mlp.c_fc",
                "h.01.mlp.c_fc",
                "h.1.mlp",
                "transformer.h.1.ln_f",
                "ln_1",
                "wte.x",
                "h.99999999999.ln_1")) {
            assertThat(Families.GPT2.place(path)).as(path).isEmpty();
        }
    }

    @Test
    void targets_areThoseOfPeft() {
        assertThat(Families.GPT2.defaultTargetNames()).containsExactly("c_attn");
        assertThat(Families.GPT2.allLinearTargetNames(spec(GPT2, ""))).containsExactly("c_attn", "c_proj", "c_fc");
        assertThat(Families.OPT.allLinearTargetNames(spec(OPT, "")))
                .containsExactly("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2");
        assertThat(Families.BLOOM.allLinearTargetNames(spec(BLOOM, "")))
                .containsExactly("query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h");
        assertThat(Families.MISTRAL.defaultTargetNames()).containsExactly("q_proj", "v_proj");
        assertThat(Families.LLAMA.allLinearTargetNames(spec(LLAMA, "")))
                .containsExactly("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");
    }

    @Test
    void names_areDistinct_andLeadBack() {
        for (String config : List.of(GPT2, OPT, BLOOM, LLAMA, MISTRAL, QWEN2)) {
            Family family = Families.of(Configs.config(config, ""));
            List<ParameterSpec> parameters = DecoderParameters.of(spec(config, ""));
            assertThat(parameters.stream().map(p -> family.names().standard(p.id())))
                    .doesNotHaveDuplicates();
            for (ParameterSpec parameter : parameters) {
                ParameterId id = parameter.id();
                assertThat(family.place(family.modulePath(id.layer(), id.module())))
                        .contains(new ParameterNames.Place(id.layer(), id.module()));
            }
        }
    }

    private static void assertRefused(String base, String extra, String why) {
        assertThatThrownBy(() -> spec(base, extra))
                .as(extra)
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("config.json");
    }
}
