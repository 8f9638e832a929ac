package dev.gantry.zoo.tokenizer.train;

import dev.gantry.zoo.checkpoint.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A trained vocabulary and its settings, written as the files Hugging Face's libraries read.
///
/// @param vocabulary what was trained
/// @param separator special token between documents, also used for padding
/// @param endOfTurn special token that ends an answer
/// @param chatTemplate Jinja source of the chat template
/// @param maximumLength tokens the model can read at once
public record TrainedTokenizer(
        BytePairVocabulary vocabulary, String separator, String endOfTurn, String chatTemplate, int maximumLength) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json into `folder`.
    public void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(folder.resolve("tokenizer.json"), tokenizer());
        write(folder.resolve("tokenizer_config.json"), config());
        write(folder.resolve("special_tokens_map.json"), specialTokensMap(MAPPER.createObjectNode()));
    }

    private ObjectNode tokenizer() {
        ObjectNode root = MAPPER.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < vocabulary.specialTokens().size(); id++) {
            addedToken(
                    added.addObject().put("id", id), vocabulary.specialTokens().get(id));
        }
        root.putNull("normalizer");
        root.set("pre_tokenizer", preTokenizer());
        root.putNull("post_processor");
        root.set("decoder", byteLevel());
        root.set("model", model());
        return root;
    }

    private static void addedToken(ObjectNode token, String content) {
        token.put("content", content).put("single_word", false).put("lstrip", false);
        token.put("rstrip", false).put("normalized", false).put("special", true);
    }

    private static ObjectNode preTokenizer() {
        ObjectNode sequence = MAPPER.createObjectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("pretokenizers");
        ObjectNode split = steps.addObject().put("type", "Split");
        split.putObject("pattern").put("Regex", WordCounts.WORDS);
        split.put("behavior", "Isolated").put("invert", false);
        steps.add(byteLevel());
        return sequence;
    }

    private static ObjectNode byteLevel() {
        ObjectNode node = MAPPER.createObjectNode().put("type", "ByteLevel");
        return node.put("add_prefix_space", false).put("trim_offsets", false).put("use_regex", false);
    }

    private ObjectNode model() {
        ObjectNode model = MAPPER.createObjectNode().put("type", "BPE");
        model.putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        ObjectNode ids = model.putObject("vocab");
        for (int id = 0; id < vocabulary.size(); id++) {
            ids.put(vocabulary.tokens().get(id), id);
        }
        ArrayNode merges = model.putArray("merges");
        vocabulary.merges().forEach(merge -> merges.add(merge.left() + " " + merge.right()));
        return model;
    }

    private ObjectNode config() {
        ObjectNode config = MAPPER.createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
        ObjectNode decoder = config.putObject("added_tokens_decoder");
        for (int id = 0; id < vocabulary.specialTokens().size(); id++) {
            addedToken(
                    decoder.putObject(Integer.toString(id)),
                    vocabulary.specialTokens().get(id));
        }
        specialTokensMap(config).putNull("unk_token");
        config.put("add_bos_token", false).put("add_prefix_space", false);
        config.put("clean_up_tokenization_spaces", false).put("model_max_length", maximumLength);
        return config.put("chat_template", chatTemplate);
    }

    private ObjectNode specialTokensMap(ObjectNode node) {
        node.put("bos_token", separator).put("eos_token", endOfTurn);
        return node.put("pad_token", separator);
    }

    private static void write(Path file, ObjectNode json) throws IOException {
        DurableFile.write(file, MAPPER.writeValueAsString(json) + "\n");
    }
}
