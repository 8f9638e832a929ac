package dev.gantry.zoo.family;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.Module;
import dev.gantry.zoo.checkpoint.BadFile;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// All families that can be imported.
public final class Families {
    private static final ParameterNames GPT2_NAMES = new ParameterNames(
            List.of("transformer.", ""),
            "h",
            Map.ofEntries(
                    Map.entry(Module.TOKEN_EMBEDDING, "wte"),
                    Map.entry(Module.POSITION_EMBEDDING, "wpe"),
                    Map.entry(Module.ATTENTION_NORM, "ln_1"),
                    Map.entry(Module.QUERY_KEY_VALUE, "attn.c_attn"),
                    Map.entry(Module.ATTENTION_OUTPUT, "attn.c_proj"),
                    Map.entry(Module.MLP_NORM, "ln_2"),
                    Map.entry(Module.MLP_UP, "mlp.c_fc"),
                    Map.entry(Module.MLP_DOWN, "mlp.c_proj"),
                    Map.entry(Module.FINAL_NORM, "ln_f")),
            Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)"));

    private static final ParameterNames OPT_NAMES = new ParameterNames(
            List.of("model.decoder.", "decoder.", ""),
            "layers",
            Map.ofEntries(
                    Map.entry(Module.TOKEN_EMBEDDING, "embed_tokens"),
                    Map.entry(Module.PROJECT_IN, "project_in"),
                    Map.entry(Module.POSITION_EMBEDDING, "embed_positions"),
                    Map.entry(Module.ATTENTION_NORM, "self_attn_layer_norm"),
                    Map.entry(Module.QUERY, "self_attn.q_proj"),
                    Map.entry(Module.KEY, "self_attn.k_proj"),
                    Map.entry(Module.VALUE, "self_attn.v_proj"),
                    Map.entry(Module.ATTENTION_OUTPUT, "self_attn.out_proj"),
                    Map.entry(Module.MLP_NORM, "final_layer_norm"),
                    Map.entry(Module.MLP_UP, "fc1"),
                    Map.entry(Module.MLP_DOWN, "fc2"),
                    Map.entry(Module.FINAL_NORM, "final_layer_norm"),
                    Map.entry(Module.PROJECT_OUT, "project_out")),
            Pattern.compile("version|embed_positions\\._float_tensor"));

    private static final ParameterNames BLOOM_NAMES = new ParameterNames(
            List.of("transformer.", ""),
            "h",
            Map.ofEntries(
                    Map.entry(Module.TOKEN_EMBEDDING, "word_embeddings"),
                    Map.entry(Module.EMBEDDING_NORM, "word_embeddings_layernorm"),
                    Map.entry(Module.ATTENTION_NORM, "input_layernorm"),
                    Map.entry(Module.QUERY_KEY_VALUE, "self_attention.query_key_value"),
                    Map.entry(Module.ATTENTION_OUTPUT, "self_attention.dense"),
                    Map.entry(Module.MLP_NORM, "post_attention_layernorm"),
                    Map.entry(Module.MLP_UP, "mlp.dense_h_to_4h"),
                    Map.entry(Module.MLP_DOWN, "mlp.dense_4h_to_h"),
                    Map.entry(Module.FINAL_NORM, "ln_f")),
            Pattern.compile("h\\.\\d+\\.self_attention\\.(scale_mask_softmax\\.causal_mask|beta|inv_norm_factor)"));

    private static final ParameterNames LLAMA_NAMES = new ParameterNames(
            List.of("model.", ""),
            "layers",
            Map.ofEntries(
                    Map.entry(Module.TOKEN_EMBEDDING, "embed_tokens"),
                    Map.entry(Module.ATTENTION_NORM, "input_layernorm"),
                    Map.entry(Module.QUERY, "self_attn.q_proj"),
                    Map.entry(Module.KEY, "self_attn.k_proj"),
                    Map.entry(Module.VALUE, "self_attn.v_proj"),
                    Map.entry(Module.ATTENTION_OUTPUT, "self_attn.o_proj"),
                    Map.entry(Module.MLP_NORM, "post_attention_layernorm"),
                    Map.entry(Module.MLP_GATE, "mlp.gate_proj"),
                    Map.entry(Module.MLP_UP, "mlp.up_proj"),
                    Map.entry(Module.MLP_DOWN, "mlp.down_proj"),
                    Map.entry(Module.FINAL_NORM, "norm")),
            Pattern.compile(
                    "(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.(inv_freq|original_inv_freq|cos_cached|sin_cached)"));

    private static final List<Module> QUERY_AND_VALUE = List.of(Module.QUERY, Module.VALUE);
    private static final List<Module> FUSED = List.of(Module.QUERY_KEY_VALUE);

    public static final Family GPT2 =
            new Family("gpt2", "GPT-2", "GPT2", "GPT2LMHeadModel", Gpt2Config::spec, GPT2_NAMES, FUSED);
    public static final Family OPT =
            new Family("opt", "OPT", "OPT", "OPTForCausalLM", OptConfig::spec, OPT_NAMES, QUERY_AND_VALUE);
    public static final Family BLOOM =
            new Family("bloom", "BLOOM", "Bloom", "BloomForCausalLM", BloomConfig::spec, BLOOM_NAMES, FUSED);
    public static final Family LLAMA =
            new Family("llama", "LLaMA", "Llama", "LlamaForCausalLM", LlamaConfig::llama, LLAMA_NAMES, QUERY_AND_VALUE);
    public static final Family MISTRAL = new Family(
            "mistral", "Mistral", "Mistral", "MistralForCausalLM", LlamaConfig::mistral, LLAMA_NAMES, QUERY_AND_VALUE);
    public static final Family QWEN2 =
            new Family("qwen2", "Qwen2", "Qwen2", "Qwen2ForCausalLM", LlamaConfig::qwen2, LLAMA_NAMES, QUERY_AND_VALUE);

    public static final List<Family> ALL = List.of(GPT2, OPT, BLOOM, LLAMA, MISTRAL, QWEN2);

    private Families() {}

    /// The family of a model.
    ///
    /// @throws GantryException when it is none of ours, or its class does something else than predict or score
    public static Family of(ModelConfig config) {
        String type = config.modelType();
        List<String> classes = config.architectures();
        for (Family family : ALL) {
            if (family.modelType().equals(type) || (type.isEmpty() && isClassOf(family, classes))) {
                task(family, config);
                return family;
            }
        }
        throw unknown(config, type.isEmpty() ? "its classes " + classes : "its model_type \"" + type + "\"");
    }

    /// What the top of the model does, told by its class; a bare decoder counts as a language model.
    public static ModelTask task(Family family, ModelConfig config) {
        ModelTask task = ModelTask.CAUSAL_LM;
        for (String name : config.architectures()) {
            task = switch (name.startsWith(family.classPrefix())
                    ? name.substring(family.classPrefix().length())
                    : name) {
                case "LMHeadModel", "ForCausalLM", "Model", "Decoder" -> ModelTask.CAUSAL_LM;
                case "ForSequenceClassification" -> ModelTask.SEQUENCE_CLASSIFICATION;
                default -> throw unknown(config, "its class " + BadFile.shown(name));
            };
        }
        return task;
    }

    private static boolean isClassOf(Family family, List<String> classes) {
        return !classes.isEmpty()
                && classes.stream()
                        .allMatch(name -> name.matches(Pattern.quote(family.classPrefix())
                                + "(LMHeadModel|ForCausalLM|Model|ForSequenceClassification)"));
    }

    private static GantryException unknown(ModelConfig config, String what) {
        String known = ALL.stream().map(Family::title).collect(Collectors.joining(", "));
        return BadFile.refused(
                "MODEL-UNSUPPORTED",
                config.file(),
                BadFile.shown(what) + " is none that can be tuned here",
                "Choose a model of one of these families: " + known + ".");
    }
}
