package dev.gantry.lora;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.Family;
import dev.gantry.zoo.family.ModelConfig;
import dev.gantry.zoo.model.SyntheticModels;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Models of every family, deep and narrow, in folders as Hugging Face writes them; without tokenizers.
public enum FamilyModels {
    GPT2("""
            {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 97, "n_positions": 64,
             "n_embd": 32, "n_layer": LAYERS, "n_head": 4, "n_inner": 128}"""),
    OPT("""
            {"model_type": "opt", "architectures": ["OPTForCausalLM"], "vocab_size": 97,
             "max_position_embeddings": 64, "hidden_size": 32, "word_embed_proj_dim": 24, "ffn_dim": 128,
             "num_hidden_layers": LAYERS, "num_attention_heads": 4, "activation_function": "relu",
             "do_layer_norm_before": true}"""),
    BLOOM("""
            {"model_type": "bloom", "architectures": ["BloomForCausalLM"], "vocab_size": 97, "hidden_size": 32,
             "n_layer": LAYERS, "n_head": 4}"""),
    LLAMA("""
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 97,
             "max_position_embeddings": 64, "hidden_size": 32, "intermediate_size": 96,
             "num_hidden_layers": LAYERS, "num_attention_heads": 4, "num_key_value_heads": 2, "hidden_act": "silu",
             "rms_norm_eps": 1e-6, "tie_word_embeddings": false}"""),
    LLAMA_TIED("""
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 97,
             "max_position_embeddings": 64, "hidden_size": 32, "intermediate_size": 96,
             "num_hidden_layers": LAYERS, "num_attention_heads": 4, "num_key_value_heads": 4, "hidden_act": "silu",
             "rms_norm_eps": 1e-6, "tie_word_embeddings": true}""");

    private final String config;

    FamilyModels(String config) {
        this.config = config;
    }

    /// Writes a model of random weights.
    ///
    /// @param folder that does not exist yet
    public Path write(Path folder, int layers, DType type) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("config.json");
        Files.writeString(file, config.replace("LAYERS", "" + layers));
        ModelConfig read = ModelConfig.read(file);
        Family family = Families.of(read);
        DecoderSpec spec = family.spec(read);
        try (TensorArena arena = new TensorArena()) {
            DecoderModel model = SyntheticModels.create(spec, type, 20_261_129, arena);
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            for (ParameterSpec parameter : DecoderParameters.of(spec)) {
                tensors.put(family.names().standard(parameter.id()), model.parameter(parameter.id()));
            }
            SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, SafetensorsWriter.PYTORCH);
        }
        return folder;
    }
}
