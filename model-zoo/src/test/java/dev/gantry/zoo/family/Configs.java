package dev.gantry.zoo.family;

import dev.gantry.engine.decoder.DecoderSpec;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Configs for tests: a small complete one of each family, and what is merged into it.
final class Configs {
    static final String GPT2 = """
            {"model_type": "gpt2", "vocab_size": 10, "n_embd": 12, "n_layer": 2, "n_head": 3, "n_positions": 16}""";

    static final String OPT = """
            {"model_type": "opt", "vocab_size": 10, "hidden_size": 12, "num_hidden_layers": 2, "ffn_dim": 20,
             "num_attention_heads": 3, "max_position_embeddings": 16}""";

    static final String BLOOM = """
            {"model_type": "bloom", "vocab_size": 10, "hidden_size": 12, "n_layer": 2, "n_head": 3}""";

    static final String LLAMA = """
            {"model_type": "llama", "vocab_size": 10, "hidden_size": 16, "num_hidden_layers": 2,
             "intermediate_size": 20, "num_attention_heads": 4, "max_position_embeddings": 1024}""";

    static final String MISTRAL = LLAMA.replace("\"llama\"", "\"mistral\", \"num_key_value_heads\": 2");
    static final String QWEN2 = LLAMA.replace("\"llama\"", "\"qwen2\", \"num_key_value_heads\": 2");

    private Configs() {}

    /// `base` with the keys of `extra` set, or removed where `extra` says `"-"`.
    static ModelConfig config(String base, String extra) {
        ObjectNode root = (ObjectNode) JsonMapper.shared().readTree(base);
        ObjectNode changes = (ObjectNode) JsonMapper.shared().readTree("{" + extra + "}");
        changes.properties().forEach(change -> {
            if (change.getValue().asString("").equals("-")) {
                root.remove(change.getKey());
            } else {
                root.set(change.getKey(), change.getValue());
            }
        });
        return new ModelConfig(Path.of("config.json"), root);
    }

    static DecoderSpec spec(String base, String extra) {
        ModelConfig config = config(base, extra);
        return Families.of(config).spec(config);
    }
}
