package dev.gantry.lora.train;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.starter.StarterTokenizer;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.Family;
import dev.gantry.zoo.family.ModelConfig;
import dev.gantry.zoo.model.SyntheticModels;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import dev.gantry.zoo.tokenizer.train.BytePairTrainer;
import dev.gantry.zoo.tokenizer.train.TrainedTokenizer;
import dev.gantry.zoo.tokenizer.train.WordCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Models that are many thin blocks and little else, so that a few blocks are a small part of them.
enum DeepModel {
    LLAMA("""
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 192, "intermediate_size": 640,
             "num_hidden_layers": %d, "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 32,
             "max_position_embeddings": 64, "vocab_size": %d, "rms_norm_eps": 1e-6, "hidden_act": "silu",
             "tie_word_embeddings": false, "eos_token_id": 2}
            """),
    GPT2("""
            {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_embd": 192, "n_head": 6, "n_layer": %d,
             "n_positions": 64, "vocab_size": %d, "activation_function": "gelu_new", "eos_token_id": 2}
            """),
    /// As the model of 350 million parameters: norms after the blocks, embeddings narrower than the blocks.
    OPT("""
            {"model_type": "opt", "architectures": ["OPTForCausalLM"], "hidden_size": 192, "ffn_dim": 768,
             "num_hidden_layers": %d, "num_attention_heads": 6, "word_embed_proj_dim": 96,
             "do_layer_norm_before": false, "activation_function": "relu", "max_position_embeddings": 64,
             "vocab_size": %d, "pad_token_id": 0, "eos_token_id": 2}
            """),
    BLOOM("""
            {"model_type": "bloom", "architectures": ["BloomForCausalLM"], "hidden_size": 192, "n_head": 6,
             "n_layer": %d, "vocab_size": %d, "layer_norm_epsilon": 1e-5, "pad_token_id": 0, "eos_token_id": 2}
            """);

    private static final int VOCABULARY = 272;
    private static final int POSITIONS = 64;
    private static final long LEAST_RANDOM_VALUES = 1 << 19;
    private static final int OFFSET_STEP = 7919;
    private static final long SEED = 20_261_129;

    private final String config;

    DeepModel(String config) {
        this.config = config;
    }

    /// Writes the model with random weights and a tokenizer.
    ///
    /// @return bytes of all its weights
    long writeTo(Path folder, int layers, DType type) throws IOException {
        return writeTo(folder, layers, VOCABULARY, type);
    }

    /// With rows of the embedding that the tokenizer never uses.
    long writeTo(Path folder, int layers, int rows, DType type) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), config.formatted(layers, rows));
        List<String> specials =
                List.of(StarterTokenizer.SEPARATOR, StarterTokenizer.START_OF_TURN, StarterTokenizer.END_OF_TURN);
        WordCounts counts = new WordCounts(specials);
        counts.add("some words of a text that has few of them");
        new TrainedTokenizer(
                        new BytePairTrainer(specials, VOCABULARY, 1).train(counts),
                        StarterTokenizer.SEPARATOR,
                        StarterTokenizer.END_OF_TURN,
                        StarterTokenizer.CHAT_TEMPLATE,
                        POSITIONS)
                .writeTo(folder);
        ModelConfig read = ModelConfig.read(folder.resolve("config.json"));
        Family family = Families.of(read);
        return weights(family.spec(read), family, type, folder.resolve("model.safetensors"));
    }

    /// Values are cut from one random sequence, at another place for each tensor: no two blocks are alike.
    private static long weights(DecoderSpec spec, Family family, DType type, Path file) throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        long largest = DecoderParameters.of(spec).stream()
                .mapToLong(parameter -> parameter.shape().elements())
                .max()
                .orElseThrow();
        long values = Math.max(LEAST_RANDOM_VALUES, 2 * largest);
        try (TensorArena arena = new TensorArena()) {
            Tensor random = SyntheticModels.tensor(
                    new ParameterSpec(ParameterId.weight(Module.TOKEN_EMBEDDING), Shape.of(1, values)),
                    type,
                    SEED,
                    arena);
            long offset = 0;
            for (ParameterSpec parameter : DecoderParameters.of(spec)) {
                Shape shape = parameter.shape();
                offset = (offset + OFFSET_STEP) % (values - shape.elements());
                Tensor tensor = shape.rank() == 1
                        ? SyntheticModels.tensor(parameter, type, SEED, arena)
                        : new Tensor(
                                type,
                                shape,
                                random.data().asSlice(offset * type.bytes(), shape.elements() * type.bytes()));
                tensors.put(family.names().standard(parameter.id()), tensor);
            }
            SafetensorsWriter.write(file, tensors, SafetensorsWriter.PYTORCH);
            return tensors.values().stream().mapToLong(Tensor::bytes).sum();
        }
    }
}
