package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// GPT-2, OPT, BLOOM and LLaMA-3 vocabularies against the ids of other implementations.
class ByteLevelVectorsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "vocab.json merges.txt"})
    void gpt2_givesTheReferenceIds_fromEitherForm(String files) throws IOException {
        copy("gpt2", files.split(" "));
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            Vectors.ggml("gpt-2").check(tokenizer);
            Vectors.ggml("gpt-2").checkRoundTrip(tokenizer);
            Vectors.transformersJs("gpt2.json", "openai-community/gpt2").check(tokenizer);
            assertThat(tokenizer.vocabularySize()).isEqualTo(50257);
            assertThat(tokenizer.specialTokens().eos()).isEqualTo(new SpecialTokens.Special("<|endoftext|>", 50256));
            assertThat(tokenizer.specialTokens().addBos()).isFalse();
            assertThat(tokenizer.encode("a<|endoftext|>").ids()).endsWith(50256);
        }
    }

    @Test
    void opt_givesFairseqIds() throws IOException {
        copy("opt", "vocab.json", "merges.txt");
        Files.writeString(
                folder.resolve("config.json"), "{\"model_type\":\"opt\",\"bos_token_id\":2,\"eos_token_id\":2}");
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            Vectors.ggml("roberta-bpe").check(tokenizer);
            assertThat(tokenizer.encode("A photo of a cat").ids()).containsExactly(250, 1345, 9, 10, 4758);
            assertThat(tokenizer.specialTokens().bos()).isEqualTo(new SpecialTokens.Special("</s>", 2));
        }
    }

    @Test
    void bloom_givesTheReferenceIds() throws IOException {
        unescapeBloom();
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"bloom\"}");
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            Vectors vectors = Vectors.transformersJs("bloom.json", "Xenova/bloom-560m");
            vectors.check(tokenizer);
            vectors.checkRoundTrip(tokenizer);
            assertThat(tokenizer.vocabularySize()).isEqualTo(250680);
            assertThat(tokenizer.specialTokens().eos()).isEqualTo(new SpecialTokens.Special("</s>", 2));
        }
    }

    @Test
    void llama3_takesWholeWordsFirst_whenMergesAreIgnored() throws IOException {
        writeLlama3();
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            Vectors.ggml("llama-bpe").check(tokenizer);
            Vectors.transformersJs("llama.json", "Xenova/llama3-tokenizer").check(tokenizer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2-tinystories-chat-3m",
                "opt-tinystories-chat-3m",
                "opt-tinyshakespeare",
                "bloom-tinyshakespeare"
            })
    void models_readTheirPromptsAsExpected(String model) throws IOException {
        Path modelFolder = SharedData.data(model);
        try (Tokenizer tokenizer = TokenizerLoader.load(modelFolder)) {
            for (JsonNode one :
                    Vectors.json(modelFolder.resolve("expected.json")).path("cases")) {
                List<Integer> expected = Vectors.ids(one.path("ids"));
                SpecialTokens special = tokenizer.specialTokens();
                List<Integer> ids = new java.util.ArrayList<>();
                if (special.addBos() && special.bos() != null) {
                    ids.add(special.bos().id());
                }
                for (int id : tokenizer.encode(one.path("prompt").asString()).ids()) {
                    ids.add(id);
                }
                assertThat(ids).isEqualTo(expected);
            }
        }
    }

    private void copy(String tokenizer, String... files) throws IOException {
        for (String file : files) {
            Files.copy(SharedData.tokenizer(tokenizer).resolve(file), folder.resolve(file));
        }
    }

    /// The published pair was cut out of a JSON file and still has that file's backslashes.
    private void unescapeBloom() throws IOException {
        Path source = SharedData.tokenizer("bloom");
        String merges = Files.readString(source.resolve("merges.txt"));
        Files.writeString(folder.resolve("merges.txt"), unescaped(merges));
        var vocab = BoundedJson.MAPPER.createObjectNode();
        Vectors.json(source.resolve("vocab.json"))
                .properties()
                .forEach(entry -> vocab.set(unescaped(entry.getKey()), entry.getValue()));
        Files.writeString(folder.resolve("vocab.json"), BoundedJson.MAPPER.writeValueAsString(vocab));
    }

    private static String unescaped(String text) {
        return text.length() == 1 ? text : text.replace("\\\"", "\"").replace("\\\\", "\\");
    }

    private void writeLlama3() throws IOException {
        Path source = SharedData.tokenizer("llama3");
        var root = BoundedJson.MAPPER.createObjectNode();
        var model = root.putObject("model").put("type", "BPE").put("ignore_merges", true);
        model.set("vocab", Vectors.json(source.resolve("encoder.json")));
        var merges = model.putArray("merges");
        for (String line : Files.readAllLines(source.resolve("vocab.bpe"))) {
            if (!line.isEmpty() && !line.startsWith("#version")) {
                merges.add(line);
            }
        }
        root.set("pre_tokenizer", BoundedJson.MAPPER.readTree("""
                {"type":"Sequence","pretokenizers":[{"type":"Split","behavior":"Isolated","invert":false,"pattern":{"Regex":
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"}},
                {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}"""));
        root.putObject("decoder").put("type", "ByteLevel");
        Files.writeString(folder.resolve("tokenizer.json"), BoundedJson.MAPPER.writeValueAsString(root));
    }
}
