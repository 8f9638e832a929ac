package dev.gantry.zoo.tokenizer;

import dev.gantry.zoo.tokenizer.TokenText.ByteTokens;
import dev.gantry.zoo.tokenizer.TokenText.Replacement;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A token's bytes and what is cut from the start of the whole text.
///
/// @param tokenText how each token is written
/// @param leadingCut character that is cut from the start of the text
/// @param leadingCutCount how many of it at most
record DecodingRules(TokenText tokenText, char leadingCut, int leadingCutCount) {

    /// Reads the `decoder` of a tokenizer.json.
    static DecodingRules parse(JsonNode decoder, String file) throws TokenizerException {
        return new Parser(file).parse(decoder);
    }

    /// Collects the steps of a decoder, which real files write in a few fixed orders.
    private static final class Parser {
        private final String file;
        private final List<Replacement> replacements = new ArrayList<>();
        private ByteTokens byteTokens = ByteTokens.AS_TEXT;
        private boolean fused;
        private char leadingCut;
        private int leadingCutCount;

        Parser(String file) {
            this.file = file;
        }

        DecodingRules parse(JsonNode decoder) throws TokenizerException {
            if (decoder.isNull() || decoder.isMissingNode()) {
                return new DecodingRules(new TokenText.Words(), ' ', 0);
            }
            String type = decoder.path("type").asString("");
            if (type.equals("ByteLevel")) {
                return new DecodingRules(new TokenText.ByteLevel(), ' ', 0);
            }
            if (!type.equals("Sequence")) {
                step(decoder, type);
            } else {
                JsonNode steps = decoder.path("decoders");
                if (isOnly(steps, "ByteLevel")) {
                    return new DecodingRules(new TokenText.ByteLevel(), ' ', 0);
                }
                for (JsonNode step : steps) {
                    step(step, step.path("type").asString(""));
                }
            }
            return new DecodingRules(
                    new TokenText.Pieces(List.copyOf(replacements), byteTokens), leadingCut, leadingCutCount);
        }

        private static boolean isOnly(JsonNode steps, String type) {
            for (JsonNode step : steps) {
                String name = step.path("type").asString("");
                if (!name.equals(type) && !name.equals("Fuse")) {
                    return false;
                }
            }
            return !steps.isEmpty();
        }

        private void step(JsonNode step, String type) throws TokenizerException {
            switch (type) {
                case "Replace" -> {
                    JsonNode from = step.path("pattern").path("String");
                    if (!from.isString() || fused) {
                        throw unsupported(step);
                    }
                    String to = step.path("content").asString("");
                    replacements.add(new Replacement(from.asString(), to, to));
                }
                case "Metaspace" -> metaspace(step);
                case "ByteFallback" -> byteTokens = ByteTokens.AS_BYTES;
                case "Fuse" -> fused = true;
                case "Strip" -> strip(step);
                default -> throw unsupported(step);
            }
        }

        private void metaspace(JsonNode step) {
            boolean prefixed = !step.path("prepend_scheme").asString("always").equals("never")
                    && step.path("add_prefix_space").asBoolean(true);
            String mark = step.path("replacement").asString("▁");
            replacements.add(new Replacement(mark, " ", prefixed ? "" : " "));
        }

        private void strip(JsonNode step) throws TokenizerException {
            String content = step.path("content").asString("");
            if (!fused || content.length() != 1 || step.path("stop").asInt(0) != 0) {
                throw unsupported(step);
            }
            leadingCut = content.charAt(0);
            leadingCutCount = step.path("start").asInt(0);
        }

        private TokenizerException unsupported(JsonNode step) {
            String shown = step.toString();
            return new TokenizerException(
                    "%s has a decoder step this program does not know, %s; tokenizers of the GPT-2 and sentencepiece kind are supported"
                            .formatted(file, shown.length() <= 120 ? shown : shown.substring(0, 120) + "..."));
        }
    }
}
