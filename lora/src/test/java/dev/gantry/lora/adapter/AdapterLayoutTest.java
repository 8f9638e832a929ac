package dev.gantry.lora.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.lora.TinyModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdapterLayoutTest {
    private static AdapterLayout layout(LoraConfig config, DecoderSpec spec) {
        return AdapterLayout.of(config, spec, TinyModels::path);
    }

    private static LoraConfig config(List<String> targets, List<String> modulesToSave, BiasTraining bias) {
        return new LoraConfig(
                4, 8, 0, false, new TargetModules.Names(targets), List.of(), modulesToSave, Map.of(), Map.of(), bias);
    }

    @Test
    void allLinear_takesEveryLinearModuleOfEveryBlock() {
        AdapterLayout layout = layout(LoraConfig.of(4, 8, 0, new TargetModules.AllLinear()), TinyModels.LLAMA);
        assertThat(layout.slots()).hasSize(2 * 7);
        assertThat(layout.parameters()).isEmpty();
        AdapterSlot key = layout.slots().get(1);
        assertThat(key.path()).isEqualTo("layers.0.key");
        assertThat(List.of(key.inputs(), key.outputs(), key.rank())).containsExactly(8, 8, 4);
        assertThat(key.scale()).isEqualTo(2);
        assertThat(key.nameOfA()).isEqualTo("base_model.model.layers.0.key.lora_A.weight");
    }

    @Test
    void names_matchWholePathComponentsOnly() {
        AdapterLayout layout = layout(config(List.of("up", "1.key"), List.of(), BiasTraining.NONE), TinyModels.LLAMA);
        assertThat(layout.slots()).extracting(AdapterSlot::path).containsExactly("layers.1.key");
    }

    @Test
    void expression_matchesTheWholePath() {
        var targets = new TargetModules.Expression("layers\\.0\\.(query|value)");
        AdapterLayout layout = layout(LoraConfig.of(4, 8, 0, targets), TinyModels.LLAMA);
        assertThat(layout.slots()).extracting(AdapterSlot::path).containsExactly("layers.0.query", "layers.0.value");
    }

    @Test
    void patterns_changeRankAndScale_ofTheModulesTheyFit() {
        LoraConfig config = new LoraConfig(
                4,
                8,
                0,
                true,
                new TargetModules.Names(List.of("query", "key")),
                List.of(),
                List.of(),
                Map.of("0.query", 9),
                Map.of("key", 6.0),
                BiasTraining.NONE);
        AdapterLayout layout = layout(config, TinyModels.LLAMA);
        assertThat(layout.slots()).extracting(AdapterSlot::rank).containsExactly(9, 4, 4, 4);
        assertThat(layout.slots())
                .extracting(AdapterSlot::scale)
                .containsExactly((float) (8 / Math.sqrt(9)), 3f, 4f, 3f);
    }

    @Test
    void modulesToSave_addsTheirParameters() {
        LoraConfig config = config(List.of("query"), List.of("head", "final_norm"), BiasTraining.NONE);
        assertThat(layout(config, TinyModels.LLAMA).parameters())
                .extracting(ParameterSpec::id)
                .hasToString("[final_norm.weight, head.weight]");
    }

    @Test
    void bias_addsBiases_ofAllOrOfAdaptedModules() {
        LoraConfig onlyAdapted = config(List.of("mlp_up"), List.of(), BiasTraining.LORA_ONLY);
        assertThat(layout(onlyAdapted, TinyModels.GPT2).parameters())
                .extracting(ParameterSpec::id)
                .hasToString("[layers.0.mlp_up.bias, layers.1.mlp_up.bias]");
        LoraConfig all = config(List.of("mlp_up"), List.of(), BiasTraining.ALL);
        assertThat(layout(all, TinyModels.GPT2).parameters()).hasSize(2 * 6 + 1);
    }

    @Test
    void of_refuses_whatCannotBeTrained() {
        assertThatThrownBy(() -> layout(config(List.of("c_attn"), List.of(), BiasTraining.NONE), TinyModels.LLAMA))
                .hasMessageContaining("c_attn")
                .hasMessageContaining("mlp_gate");
        assertThatThrownBy(() -> layout(
                        config(List.of("mlp_up"), List.of("token_embedding"), BiasTraining.NONE), TinyModels.GPT2))
                .hasMessageContaining("token_embedding");
        assertThatThrownBy(() -> layout(config(List.of("mlp_up"), List.of("head"), BiasTraining.NONE), TinyModels.GPT2))
                .hasMessageContaining("head");
        assertThatThrownBy(
                        () -> layout(config(List.of("query"), List.of("query"), BiasTraining.NONE), TinyModels.LLAMA))
                .hasMessageContaining("both name layers.0.query");
    }

    @Test
    void expression_isRefused_whenItTakesTooLong() {
        var targets = new TargetModules.Expression("(([a-z0-9.]+)*_?)*#");
        assertThatThrownBy(() -> layout(LoraConfig.of(4, 8, 0, targets), TinyModels.LLAMA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes too long");
    }
}
