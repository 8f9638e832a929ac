package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged and hostile tokenizer files: each is refused with its name and a reason.
class TokenizerRefusalTest {
    @TempDir
    private Path folder;

    @Test
    void load_namesWhatItLooksFor_whenTheFolderHasNoTokenizer() {
        assertThatThrownBy(() -> TokenizerLoader.load(folder))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("tokenizer.model");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                        | JSON object
            {"model":{"type":"BPE","vocab":{"a":0},"merges":[]}       | JSON
            {"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} x    | JSON
            {"version":"1.0"}                                         | no model
            {"model":[]}                                              | no object
            {"model":{"type":"BPE","vocab":3,"merges":[]}}            | neither object nor array
            {"model":{"type":"BPE","vocab":{},"merges":[]}}           | no model with a vocabulary
            {"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}}| gives id 0
            {"model":{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}}| uplicate
            {"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}     | outside
            {"model":{"type":"BPE","vocab":{"a":99999999999},"merges":[]}} | outside
            {"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}} | outside
            {"model":{"type":"BPE","vocab":{"a":1e99},"merges":[]}}   | whole number
            {"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}} | out of vocabulary
            {"model":{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}} | not a tokenizer
            {"model":{"type":"Nonsense","vocab":{"a":0}}}             | Nonsense
            {"model":{"type":"Unigram","unk_id":9,"vocab":[["a",0.5]]}} | not a tokenizer
            {"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0.5],["a",0.1]]}} | twice
            {"model":{"type":"Unigram","unk_id":0,"vocab":[["a"]]}}   | score
            {"added_tokens":[{"id":7,"content":"x"}],"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | 1 is next
            {"added_tokens":[{"id":0,"content":"x"}],"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | x
            {"added_tokens":[{"id":1}],"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | without text
            {"decoder":{"type":"CTC"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | CTC
            {"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(("},"behavior":"Isolated","invert":false},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | leaves a group open
            {"pre_tokenizer":{"type":"Split","pattern":{"Regex":"[z-a]"},"behavior":"Isolated","invert":false},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | not a tokenizer
            {"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated","invert":false},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | already repeats
            {"pre_tokenizer":{"type":"Bomb"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | Bomb
            {"normalizer":{"type":"Sequence","normalizers":[null]},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | empty step
            {"model":{"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"u"}} | no token "u"
            {"model":{"type":"BPE","continuing_subword_prefix":"x","vocab":{"a":0,"é":1,"aé":2},"merges":[["a","é"]]}} | inner parts
            {"model":{"type":"Unigram","unk_id":0,"vocab":[["",0.5]]}} | empty
            {"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}} | damaged table
            """)
    void load_refusesATokenizerJson_whenItIsDamaged(String json, String reason) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
        assertThatThrownBy(() -> TokenizerLoader.load(folder).close())
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason);
    }

    @Test
    void load_refusesReplacements_whenTheyBlowTextsUp() throws IOException {
        String step = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaa\"}";
        String steps = String.join(",", java.util.Collections.nCopies(40, step));
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[" + steps
                        + "]},\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}}");
        assertThatThrownBy(() -> TokenizerLoader.load(folder).close())
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("times longer");
    }

    @Test
    void encode_refusesATextThatIsTooLong() throws IOException {
        try (Tokenizer tokenizer = Own.open("byte-level")) {
            assertThatThrownBy(() -> tokenizer.encode(" ".repeat(8_000_001)))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("8,000,001");
            assertThat(tokenizer.encode(" ".repeat(500_000)).length()).isEqualTo(500_000);
        }
    }

    /// A fault in native code would end this process, and with it the whole test run.
    @Test
    void load_refusesOrReads_whenTheFileIsChangedAnyhow() throws IOException {
        long seed = Long.getLong("gantry.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] whole = Files.readAllBytes(Own.folder("byte-level").resolve("tokenizer.json"));
        int read = 0;
        for (int round = 0; round < Integer.getInteger("gantry.rounds", 150); round++) {
            Files.write(folder.resolve("tokenizer.json"), changed(whole, random));
            try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
                tokenizer.decode(
                        tokenizer.encode("hello <|turn|> 😀 world\n\n  é").ids());
                read++;
            } catch (TokenizerException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("tokenizer.json");
            }
        }
        assertThat(read).as("seed %d", seed).isPositive();
    }

    private static byte[] changed(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        int head = random.nextBoolean() ? 1800 : bytes.length; // most structure is at the start
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(head);
            int from = random.nextInt(head);
            int length = Math.min(random.nextInt(24), bytes.length - Math.max(at, from));
            System.arraycopy(whole, from, bytes, at, random.nextBoolean() ? length : Math.min(1, length));
        }
        return bytes;
    }

    @Test
    void load_refusesRecursiveJson_inEveryPart() throws IOException {
        for (String part :
                new String[] {"normalizer", "pre_tokenizer", "decoder", "post_processor", "added_tokens", "x", "model"
                }) {
            for (String nest : new String[] {"[", "{\"type\":\"Sequence\",\"normalizers\":["}) {
                String json = "{\"" + part + "\":" + nest.repeat(200_000);
                Files.writeString(folder.resolve("tokenizer.json"), json);
                assertThatThrownBy(() -> TokenizerLoader.load(folder).close())
                        .as(part)
                        .isInstanceOf(TokenizerException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizer_config.json",
                "special_tokens_map.json",
                "config.json",
                "generation_config.json",
                "added_tokens.json"
            })
    void load_namesTheSmallFile_whenItIsDamaged(String name) throws IOException {
        Files.copy(Own.folder("byte-level").resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve(name), "{\"a\":".repeat(100_000));
        assertThatThrownBy(() -> TokenizerLoader.load(folder).close())
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(name);
        Files.writeString(folder.resolve(name), "[1]");
        assertThatThrownBy(() -> TokenizerLoader.load(folder).close())
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(name);
    }

    @Test
    void load_survivesNonsenseInTheSmallFiles() throws IOException {
        Files.copy(Own.folder("byte-level").resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"bos_token": 7, "eos_token": {"content": []}, "pad_token": "not there", "add_bos_token": "yes",
                 "tokenizer_class": ["x"], "additional_special_tokens": [null, 3, ""], "added_tokens_decoder": {"x": 1}}
                """);
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": [0, 5], \"bos_token_id\": 99999999}");
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokenizer.specialTokens())
                    .isEqualTo(new SpecialTokens(null, new SpecialTokens.Special("<|end|>", 0), null, null, false));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":0,"b":1,"ab":2}   | a b c  | line 2
            {"a":0,"b":1,"ab":2}   | ab     | line 2
            {"a":0,"b":1,"ab":2}   | a c    | vocab.json
            {"a":0,"b":0,"ab":2}   | a b    | vocab.json
            [1]                    | a b    | vocab.json
            """)
    void load_refusesAPairOfFiles_whenOneIsDamaged(String vocab, String merge, String reason) throws IOException {
        Files.writeString(folder.resolve("vocab.json"), vocab);
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n" + merge + "\n");
        assertThatThrownBy(() -> TokenizerLoader.load(folder).close())
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void load_refusesMerges_whenTheyAreNotText() throws IOException {
        Files.writeString(folder.resolve("vocab.json"), "{\"a\":0}");
        Files.write(folder.resolve("merges.txt"), new byte[] {(byte) 0xC3, 0x28, '\n'});
        assertThatThrownBy(() -> TokenizerLoader.load(folder).close())
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("merges.txt");
    }

    @Test
    void load_refusesASentencepieceModel_whereverItIsCut() throws IOException {
        byte[] whole = SentencePieceModelBytes.smallBytePair();
        Path file = folder.resolve("tokenizer.model");
        int refused = 0;
        for (int length = 0; length < whole.length; length += 37) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            try {
                TokenizerLoader.load(folder).close();
            } catch (TokenizerException e) {
                assertThat(e).hasMessageContaining("tokenizer.model");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(whole.length / 37 / 2);
        Files.write(file, "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> TokenizerLoader.load(folder)).isInstanceOf(TokenizerException.class);
    }
}
