package dev.gantry.zoo.tokenizer;

import dev.gantry.zoo.tokenizer.SpecialTokens.Special;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Finds a model's special tokens in what its files say, the tokenizer's own files first.
record SpecialTokenReader(FolderConfig config, Vocabulary vocabulary) {
    /// Written by GPT-2's files nowhere, known to all its readers.
    private static final String GPT2_END = "<|endoftext|>";

    /// @param postProcessor of the tokenizer.json; missing when there is none
    SpecialTokens read(JsonNode postProcessor) {
        Special bos = find("bos_token", "<s>");
        Special eos = find("eos_token", "</s>");
        Special pad = find("pad_token", "<pad>");
        Special unk = find("unk_token", "<unk>");
        return new SpecialTokens(bos, eos, pad, unk, bos != null && addsBos(bos, postProcessor));
    }

    private @Nullable Special find(String key, String usualText) {
        String text = config.tokenText(key);
        Special named = text == null ? null : inVocabulary(text);
        if (named != null) {
            return named;
        }
        int id = config.tokenId(key + "_id");
        String idText = vocabulary.text(id);
        if (idText != null) {
            return new Special(idText, id);
        }
        return declares(key) ? null : usual(key, usualText);
    }

    /// A file that names a token, even as null or as one the vocabulary lacks, says that there is no other.
    private boolean declares(String key) {
        return config.tokenizer().has(key) || config.model().has(key + "_id");
    }

    private @Nullable Special usual(String key, String usualText) {
        Special usual = inVocabulary(usualText);
        if (usual != null && vocabulary.isSpecial(usual.id())) {
            return usual;
        }
        return key.equals("bos_token") || key.equals("eos_token") ? inVocabulary(GPT2_END) : null;
    }

    private @Nullable Special inVocabulary(String text) {
        Integer id = vocabulary.id(text);
        return id == null ? null : new Special(text, id);
    }

    private boolean addsBos(Special bos, JsonNode postProcessor) {
        JsonNode declared = config.tokenizer().path("add_bos_token");
        if (declared.isBoolean()) {
            return declared.asBoolean();
        }
        return config.tokenizerClass().equals("LlamaTokenizer") || startsWith(bos, postProcessor);
    }

    private static boolean startsWith(Special bos, JsonNode processor) {
        return switch (processor.path("type").asString("")) {
            case "TemplateProcessing" ->
                processor
                        .path("single")
                        .path(0)
                        .path("SpecialToken")
                        .path("id")
                        .asString("")
                        .equals(bos.text());
            case "RobertaProcessing", "BertProcessing" ->
                processor.path("cls").path(0).asString("").equals(bos.text());
            case "Sequence" -> {
                boolean any = false;
                for (JsonNode step : processor.path("processors")) {
                    any |= startsWith(bos, step);
                }
                yield any;
            }
            default -> false;
        };
    }
}
