package dev.gantry.zoo.tokenizer;

import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How a family cuts text into words before byte-level BPE, and which tokens its published files leave unsaid.
enum PreTokenizer {
    /// GPT-2, and OPT and RoBERTa after it.
    GPT2("", "<|endoftext|>"),
    OPT("", "</s> <pad>"),
    /// The inner brackets are a set within the set, as oniguruma reads them.
    BLOOM(" ?[^(\\s|[.,!?…。，、।۔،])]+", "<unk> <s> </s> <pad>"),
    QWEN2(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            "<|endoftext|>");

    private final String regex;
    private final String usualSpecials;

    PreTokenizer(String regex, String usualSpecials) {
        this.regex = regex;
        this.usualSpecials = usualSpecials;
    }

    /// The family's own, or GPT-2's for the many that took it over unchanged.
    static PreTokenizer of(FolderConfig config) {
        return switch (config.tokenizerClass()) {
            case "BloomTokenizer" -> BLOOM;
            case "Qwen2Tokenizer" -> QWEN2;
            default ->
                switch (config.modelType()) {
                    case "bloom" -> BLOOM;
                    case "qwen2", "qwen2_moe", "qwen3", "qwen3_moe" -> QWEN2;
                    case "opt" -> OPT;
                    default -> GPT2;
                };
        };
    }

    Set<String> usualSpecials() {
        return Set.of(usualSpecials.split(" "));
    }

    /// The `pre_tokenizer` of a tokenizer.json.
    ObjectNode preTokenizer(FolderConfig config) {
        boolean prefixed = config.tokenizer().path("add_prefix_space").asBoolean(false);
        ObjectNode byteLevel = typed("ByteLevel")
                .put("add_prefix_space", prefixed)
                .put("trim_offsets", true)
                .put("use_regex", regex.isEmpty());
        if (regex.isEmpty()) {
            return byteLevel;
        }
        ObjectNode split = typed("Split");
        split.putObject("pattern").put("Regex", regex);
        split.put("behavior", "Isolated").put("invert", false);
        ObjectNode sequence = typed("Sequence");
        ArrayNode steps = sequence.putArray("pretokenizers");
        steps.add(split);
        steps.add(byteLevel);
        return sequence;
    }

    /// Whether texts are brought to Unicode's composed form first.
    boolean composes() {
        return this == QWEN2;
    }

    private static ObjectNode typed(String type) {
        return BoundedJson.MAPPER.createObjectNode().put("type", type);
    }
}
