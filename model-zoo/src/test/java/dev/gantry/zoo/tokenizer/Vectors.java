package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Texts and the ids that another implementation gives them.
record Vectors(List<Vector> all) {

    /// @param bosIncluded the ids begin with the token that this program adds by itself
    record Vector(String text, List<Integer> ids, boolean bosIncluded) {}

    /// llama.cpp's pairs of files.
    static Vectors ggml(String name) throws IOException {
        Path input = SharedData.tokenizer("ggml-vocab/ggml-vocab-" + name + ".gguf.inp");
        String[] texts = Files.readString(input).split("\n__ggml_vocab_test__\n", -1);
        String[] ids = Files.readString(SharedData.tokenizer("ggml-vocab/ggml-vocab-" + name + ".gguf.out"))
                .split("\n", -1);
        List<Vector> all = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            List<Integer> numbers = Arrays.stream(ids[i].strip().split(" "))
                    .filter(id -> !id.isEmpty())
                    .map(Integer::valueOf)
                    .toList();
            all.add(new Vector(texts[i], numbers, false));
        }
        return new Vectors(all);
    }

    /// One model of a file of transformers.js.
    static Vectors transformersJs(String file, String model) throws IOException {
        JsonNode cases =
                json(SharedData.tokenizer("vectors_transformersjs/" + file)).path(model);
        List<Vector> all = new ArrayList<>();
        cases.properties().forEach(entry -> {
            JsonNode one = entry.getValue();
            List<Integer> ids = ids(one.path("ids"));
            all.add(new Vector(
                    one.path("text").asString(),
                    ids,
                    ids.size() > one.path("tokens").size()));
        });
        return new Vectors(all);
    }

    /// A list of `{text, ids}` by sentencepiece itself.
    static Vectors sentencepiece(Path file) throws IOException {
        List<Vector> all = new ArrayList<>();
        for (JsonNode one : json(file)) {
            all.add(new Vector(one.path("text").asString(), ids(one.path("ids")), false));
        }
        return new Vectors(all);
    }

    void check(Tokenizer tokenizer) {
        assertThat(all).hasSizeGreaterThan(20);
        for (Vector vector : all) {
            int[] ids = vector.ids().stream().mapToInt(Integer::intValue).toArray();
            int[] expected = vector.bosIncluded() ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
            Encoding encoding = tokenizer.encode(vector.text());
            assertThat(encoding.ids()).as("ids of <%s>", vector.text()).isEqualTo(expected);
            checkOffsets(vector.text(), encoding);
            checkStreaming(tokenizer, encoding.ids());
        }
    }

    /// Ids only, for tokenizers that drop characters, which belong to no token then.
    void checkIds(Tokenizer tokenizer) {
        assertThat(all).hasSizeGreaterThan(20);
        for (Vector vector : all) {
            int[] ids = vector.ids().stream().mapToInt(Integer::intValue).toArray();
            Encoding encoding = tokenizer.encode(vector.text());
            assertThat(encoding.ids()).as("ids of <%s>", vector.text()).isEqualTo(ids);
            checkStreaming(tokenizer, encoding.ids());
        }
    }

    /// Every vector's text comes back from its ids.
    void checkRoundTrip(Tokenizer tokenizer) {
        for (Vector vector : all) {
            String text = tokenizer.decode(tokenizer.encode(vector.text()).ids());
            assertThat(text).isEqualTo(vector.text());
        }
    }

    private static void checkOffsets(String text, Encoding encoding) {
        int covered = 0;
        for (int i = 0; i < encoding.length(); i++) {
            assertThat(encoding.starts()[i]).as("start %d in <%s>", i, text).isBetween(0, text.length());
            assertThat(encoding.ends()[i]).isBetween(encoding.starts()[i], text.length());
            assertThat(encoding.starts()[i])
                    .as("no gap before %d in <%s>", i, text)
                    .isLessThanOrEqualTo(covered);
            covered = Math.max(covered, encoding.ends()[i]);
        }
        assertThat(covered).isEqualTo(text.length());
    }

    private static void checkStreaming(Tokenizer tokenizer, int[] ids) {
        StreamingDecoder decoder = tokenizer.streamingDecoder();
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
        }
        assertThat(text.append(decoder.finish()).toString()).isEqualTo(tokenizer.decode(ids));
    }

    static JsonNode json(Path file) throws IOException {
        return BoundedJson.MAPPER.readTree(Files.readString(file));
    }

    static List<Integer> ids(JsonNode node) {
        List<Integer> ids = new ArrayList<>();
        node.forEach(id -> ids.add(id.asInt()));
        return ids;
    }
}
