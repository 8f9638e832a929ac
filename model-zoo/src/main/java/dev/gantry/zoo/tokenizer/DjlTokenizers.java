package dev.gantry.zoo.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/// Opens native tokenizers with every switch set that keeps the library off the network and from cutting texts.
final class DjlTokenizers {
    static {
        // read once by the library's static initialisers: without them it asks a cloud's metadata service who it is
        // and, beside a CUDA GPU, downloads another build of itself
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("RUST_FLAVOR", "cpu");
    }

    private DjlTokenizers() {}

    static HuggingFaceTokenizer open(byte[] tokenizerJson, String file) throws IOException {
        // its default truncates at 512 tokens
        Map<String, String> options = Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");
        try {
            return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(tokenizerJson), options);
        } catch (RuntimeException e) {
            throw new TokenizerException(file + " is not a tokenizer this program can read: " + e.getMessage(), e);
        }
    }
}
