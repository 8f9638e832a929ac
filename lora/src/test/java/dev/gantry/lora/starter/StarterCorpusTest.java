package dev.gantry.lora.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.chat.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class StarterCorpusTest {

    private static final long SEED = 11;
    private static final int DOCUMENTS = 6_000;
    private static final Pattern LEFT_OVER = Pattern.compile("[{}\\[\\]¶]|=>|  | [,.!?]|,,|\\.\\.|\\(system");
    private static final Pattern WRONG_ARTICLE = Pattern.compile("\\ba [aeio][a-z]|\\ban [bcdfgjklmnpqrstvwxyz]");

    private final StarterCorpus corpus = new StarterCorpus();

    @TempDir
    private Path folder;

    @Test
    void documents_areCleanProse() {
        for (long number = 0; number < DOCUMENTS; number++) {
            String text = corpus.document(SEED, number);
            String where = "document " + number + " of seed " + SEED + ": " + text;
            assertThat(LEFT_OVER.matcher(text).find()).as(where).isFalse();
            assertThat(WRONG_ARTICLE.matcher(text.replace("a one", "")).find())
                    .as(where)
                    .isFalse();
            assertThat(text).as(where).endsWith("<|endoftext|>");
            assertThat(text.chars().filter(c -> c == '"').count() % 2).as(where).isZero();
        }
    }

    @Test
    void documents_areMostlyDistinct() {
        Set<String> seen = new HashSet<>();
        LongStream.range(0, DOCUMENTS).forEach(number -> seen.add(corpus.document(SEED, number)));
        assertThat(seen).hasSizeGreaterThan(DOCUMENTS * 95 / 100);
    }

    @Test
    void dialogues_alternateAndEndWithTheAssistant() {
        DialogueGenerator dialogues = new DialogueGenerator();
        for (long seed = 0; seed < 3_000; seed++) {
            List<ChatMessage> messages = dialogues.dialogue(seed);
            List<ChatMessage.Role> roles =
                    new ArrayList<>(messages.stream().map(ChatMessage::role).toList());
            if (roles.getFirst() == ChatMessage.Role.SYSTEM) {
                roles.removeFirst();
            }
            assertThat(roles.size() % 2).as("seed " + seed).isZero();
            for (int i = 0; i < roles.size(); i++) {
                assertThat(roles.get(i)).isEqualTo(i % 2 == 0 ? ChatMessage.Role.USER : ChatMessage.Role.ASSISTANT);
            }
            assertThat(messages)
                    .allSatisfy(message -> assertThat(message.content()).isNotBlank());
        }
    }

    @Test
    void writeTo_givesTheSameBytes_andALongerCorpusBeginsWithThem() throws IOException {
        corpus.writeTo(folder.resolve("a.jsonl"), SEED, 20_000);
        new StarterCorpus().writeTo(folder.resolve("b.jsonl"), SEED, 20_000);
        corpus.writeTo(folder.resolve("long.jsonl"), SEED, 40_000);
        assertThat(folder.resolve("a.jsonl")).hasSameBinaryContentAs(folder.resolve("b.jsonl"));
        assertThat(Files.readString(folder.resolve("long.jsonl")))
                .startsWith(Files.readString(folder.resolve("a.jsonl")));
        assertThat(Files.size(folder.resolve("a.jsonl"))).isBetween(20_000L, 25_000L);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void writeTo_writesOneTextARow() throws IOException {
        Path file = folder.resolve("corpus.jsonl");
        corpus.writeTo(file, SEED, 5_000);
        List<String> rows = Files.readAllLines(file);
        for (int number = 0; number < rows.size(); number++) {
            String text =
                    new JsonMapper().readTree(rows.get(number)).path("text").asString();
            assertThat(text).isEqualTo(corpus.document(SEED, number));
        }
    }
}
