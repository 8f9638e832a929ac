package dev.gantry.zoo.tokenizer;

import java.util.Base64;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Checks the parts of a tokenizer.json that could bring the native library down.
///
/// A fault inside of that library ends the whole process and cannot be caught, so nothing reaches it that is not
/// understood: only known steps, replacement tables that stay inside of themselves, regular expressions that cannot
/// run away, replacements that cannot blow a text up.
final class NativeGuard {
    private static final Set<String> NORMALIZERS = Set.of(
            "Sequence",
            "NFC",
            "NFD",
            "NFKC",
            "NFKD",
            "Lowercase",
            "Strip",
            "StripAccents",
            "Nmt",
            "BertNormalizer",
            "ByteLevel",
            "Prepend",
            "Replace",
            "Precompiled");
    private static final Set<String> PRE_TOKENIZERS = Set.of(
            "Sequence",
            "ByteLevel",
            "Metaspace",
            "Split",
            "Whitespace",
            "WhitespaceSplit",
            "Punctuation",
            "Digits",
            "BertPreTokenizer",
            "CharDelimiterSplit",
            "UnicodeScripts");
    private static final int MAX_STEPS = 64;
    private static final int MAX_CONTENT_CHARS = 64;

    /// How many times longer all replacements together may make a text; real ones stay below 4.
    private static final double MAX_GROWTH = 4096;

    private final String file;
    private int steps;
    private double growth = 1;

    NativeGuard(String file) {
        this.file = file;
    }

    void checkNormalizer(JsonNode normalizer) throws TokenizerException {
        check(normalizer, NORMALIZERS, "normalizers");
    }

    void checkPreTokenizer(JsonNode preTokenizer) throws TokenizerException {
        check(preTokenizer, PRE_TOKENIZERS, "pretokenizers");
    }

    private void check(JsonNode step, Set<String> known, String children) throws TokenizerException {
        if (step.isNull()) {
            return;
        }
        String type = step.path("type").asString("");
        require(known.contains(type), "has a step of the unknown kind \"" + shown(type) + "\"");
        require(++steps <= MAX_STEPS, "has more than " + MAX_STEPS + " steps before the model");
        switch (type) {
            case "Sequence" -> {
                for (JsonNode child : step.path(children)) {
                    require(child.isObject(), "has an empty step");
                    check(child, known, children);
                }
            }
            case "Replace" -> {
                pattern(step.path("pattern"));
                grow(step.path("content"));
            }
            case "Prepend" -> grow(step.path("prepend"));
            case "Split" -> pattern(step.path("pattern"));
            case "Precompiled" -> charsMap(step.path("precompiled_charsmap"));
            default -> {
                // the rest has switches only
            }
        }
    }

    private void pattern(JsonNode pattern) throws TokenizerException {
        JsonNode regex = pattern.path("Regex");
        JsonNode text = pattern.path("String");
        require(pattern.size() == 1 && (regex.isString() || text.isString()), "has a step without a pattern");
        if (regex.isString()) {
            String fault = RegexCheck.fault(regex.asString());
            require(fault.isEmpty(), "has the regular expression \"" + shown(regex.asString()) + "\", which " + fault);
        }
    }

    private void grow(JsonNode content) throws TokenizerException {
        require(
                content.isString() && content.asString().length() <= MAX_CONTENT_CHARS,
                "puts a text in place of another that is missing or longer than " + MAX_CONTENT_CHARS + " characters");
        growth *= Math.max(1, content.asString().length());
        require(growth <= MAX_GROWTH, "has replacements that make texts more than " + MAX_GROWTH + " times longer");
    }

    private void charsMap(JsonNode encoded) throws TokenizerException {
        require(encoded.isString(), "has a table of replacements that is no text");
        byte[] map;
        try {
            map = Base64.getDecoder().decode(encoded.asString());
        } catch (IllegalArgumentException _) {
            map = new byte[0];
        }
        require(CharsMap.isSound(map), "has a damaged table of character replacements");
    }

    private void require(boolean holds, String fault) throws TokenizerException {
        if (!holds) {
            throw new TokenizerException(file + " " + fault);
        }
    }

    private static String shown(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
