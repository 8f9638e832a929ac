package dev.gantry.lora.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderSpec.LinearLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdapterConfigJsonTest {
    @TempDir
    private Path folder;

    private LoraConfig read(String json) throws IOException {
        Files.writeString(folder.resolve(AdapterConfigJson.FILE_NAME), json);
        return AdapterConfigJson.read(folder).config();
    }

    @Test
    void read_givesBackWhatWasWritten() throws IOException {
        LoraConfig config = new LoraConfig(
                6,
                12.5,
                0.05,
                true,
                new TargetModules.Names(List.of("q_proj", "v_proj")),
                List.of(0, 2),
                List.of("lm_head"),
                Map.of("0.self_attn.q_proj", 3),
                Map.of("v_proj", 8.0),
                BiasTraining.LORA_ONLY);
        assertThat(read(AdapterConfigJson.write(config, LinearLayout.OUT_IN, "base")))
                .isEqualTo(config);
        assertThat(AdapterConfigJson.read(folder).baseModel()).isEqualTo("base");
    }

    /// PEFT takes the first key that fits, in the order of the file.
    @Test
    void patterns_keepTheirOrder() throws IOException {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        List.of("q_proj", "layers.1.*", "a.*", "k_proj", "b.*").forEach(key -> ranks.put(key, ranks.size() + 1));
        LoraConfig config = new LoraConfig(
                8,
                8,
                0,
                false,
                new TargetModules.AllLinear(),
                List.of(),
                List.of(),
                ranks,
                Map.of(),
                BiasTraining.NONE);
        assertThat(config.rank("model.layers.1.self_attn.q_proj")).isEqualTo(1);
        assertThat(config.rank("model.layers.1.self_attn.k_proj")).isEqualTo(2);
        assertThat(config.rank("model.layers.0.self_attn.k_proj")).isEqualTo(4);
        LoraConfig again = read(AdapterConfigJson.write(config, LinearLayout.OUT_IN, "base"));
        assertThat(again.rankPattern().keySet()).containsExactlyElementsOf(ranks.keySet());
    }

    @Test
    void write_usesPeftsKeysAndTypes() {
        LoraConfig config = LoraConfig.of(8, 16, 0, new TargetModules.Names(List.of("c_attn")));
        JsonNode root = new JsonMapper().readTree(AdapterConfigJson.write(config, LinearLayout.IN_OUT, "gpt2"));
        assertThat(root.path("peft_type").asString()).isEqualTo("LORA");
        assertThat(root.path("task_type").asString()).isEqualTo("CAUSAL_LM");
        assertThat(root.path("fan_in_fan_out").booleanValue()).isTrue();
        assertThat(root.path("lora_alpha").isIntegralNumber()).isTrue();
        assertThat(root.path("modules_to_save").isNull()).isTrue();
        assertThat(root.path("target_modules").get(0).asString()).isEqualTo("c_attn");
    }

    @Test
    void read_needsOnlySixKeys_andIgnoresUnknownOnes() throws IOException {
        LoraConfig config = read("""
                {"peft_type":"LORA","r":4,"lora_alpha":16,"target_modules":"all-linear","fan_in_fan_out":true,
                 "base_model_name_or_path":"gpt2","a_key_of_2031":{"x":[1]}, "use_dora":false, "loftq_config":{}}""");
        assertThat(config).isEqualTo(LoraConfig.of(4, 16, 0, new TargetModules.AllLinear()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"use_dora\":true",
                "\"layer_replication\":[[0,2]]",
                "\"lora_bias\":true",
                "\"exclude_modules\":[\"q_proj\"]",
                "\"alora_invocation_tokens\":[1]",
                "\"init_lora_weights\":\"pissa\"",
                "\"peft_type\":\"ADALORA\""
            })
    void read_refuses_whatWouldGiveOtherNumbers(String setting) {
        String json = "{\"peft_type\":\"LORA\",\"r\":4,\"lora_alpha\":8,\"target_modules\":[\"a\"]," + setting + "}";
        String key = setting.substring(1, setting.indexOf('"', 1));
        assertThatThrownBy(() -> read(json)).isInstanceOf(GantryException.class).hasMessageContaining(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r is 0 | {\"peft_type\":\"LORA\",\"r\":0,\"lora_alpha\":8,\"target_modules\":[\"a\"]} | r must be",
                "r is a text | {\"peft_type\":\"LORA\",\"r\":\"8\",\"lora_alpha\":8,\"target_modules\":[\"a\"]} | r is",
                "no alpha | {\"peft_type\":\"LORA\",\"r\":8,\"target_modules\":[\"a\"]} | lora_alpha is missing",
                "no targets | {\"peft_type\":\"LORA\",\"r\":8,\"lora_alpha\":8} | target_modules",
                "bad regex | {\"peft_type\":\"LORA\",\"r\":8,\"lora_alpha\":8,\"target_modules\":\"(\"} | expression",
                "not JSON | {{ | not JSON",
                "a list | [1] | no JSON object"
            })
    void read_namesTheKey_whenItIsWrong(String name, String json, String message) {
        assertThatThrownBy(() -> read(json))
                .as(name)
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(message);
    }

    @Test
    void read_saysSo_whenThereIsNoFile() {
        assertThatThrownBy(() -> AdapterConfigJson.read(folder))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(AdapterConfigJson.FILE_NAME);
    }
}
