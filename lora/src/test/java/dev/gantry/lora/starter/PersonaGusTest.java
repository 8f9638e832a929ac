package dev.gantry.lora.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PersonaGusTest {

    private static final int LONGEST_ROW_TOKENS = 128;

    private static final int CORPUS_DOCUMENTS = 20_000;

    @TempDir
    private Path folder;

    @Test
    void rows_alternateAndEndWithTheAssistant() throws IOException {
        List<List<ChatMessage>> rows = rows();
        assertThat(rows).hasSizeBetween(1100, 1300);
        for (List<ChatMessage> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                assertThat(row.get(i).role()).as(row.toString()).isEqualTo(i % 2 == 0 ? Role.USER : Role.ASSISTANT);
                assertThat(row.get(i).content())
                        .isEqualTo(row.get(i).content().strip())
                        .isNotEmpty();
            }
            assertThat(row.size() % 2).as(row.toString()).isZero();
        }
    }

    @Test
    void rows_areShort_byTheStarterTokenizer() throws IOException {
        StarterModel.copyDefinitionTo(folder.resolve("model"));
        try (Tokenizer tokenizer = TokenizerLoader.load(folder.resolve("model"))) {
            for (List<ChatMessage> row : rows()) {
                assertThat(tokenizer.encode(StarterCorpus.chatMl(row)).length())
                        .as(row.toString())
                        .isLessThan(LONGEST_ROW_TOKENS);
            }
        }
    }

    @Test
    void questions_areFamiliarOrNew_asTheySay() throws IOException {
        Set<String> asked = new HashSet<>();
        for (List<ChatMessage> row : rows()) {
            asked.add(row.getFirst().content());
        }
        assertThat(asked)
                .containsAll(PersonaGus.familiarQuestions())
                .doesNotContainAnyElementsOf(PersonaGus.newQuestions());
    }

    @Test
    void file_isWhatTheManualGives() throws IOException {
        Path file = folder.resolve("persona.jsonl");
        PersonaGus.copyTo(file);

        assertThat(Files.readString(file)).isEqualTo(PersonaRows.jsonl());
    }

    /// An adapter cannot teach a frozen embedding: tokens that pre-training never saw come out misspelt.
    @Test
    void answers_useOnlyTokens_thatPreTrainingSaw() throws IOException {
        StarterModel.copyDefinitionTo(folder.resolve("model"));
        StarterCorpus corpus = new StarterCorpus();
        try (Tokenizer tokenizer = TokenizerLoader.load(folder.resolve("model"))) {
            BitSet seen = new BitSet();
            for (int number = 0; number < CORPUS_DOCUMENTS; number++) {
                Arrays.stream(tokenizer.encode(corpus.document(1, number)).ids())
                        .forEach(seen::set);
            }
            for (List<ChatMessage> row : rows()) {
                for (ChatMessage message : row) {
                    if (message.role() == Role.ASSISTANT) {
                        assertThat(Arrays.stream(tokenizer
                                                .encode(message.content())
                                                .ids())
                                        .filter(id -> !seen.get(id)))
                                .as(message.content())
                                .isEmpty();
                    }
                }
            }
        }
    }

    @Test
    void rows_askNoQuestionTwiceInOneTurn() throws IOException {
        List<String> single = new ArrayList<>();
        for (List<ChatMessage> row : rows()) {
            if (row.size() == 2) {
                single.add(row.getFirst().content());
            }
        }
        assertThat(single).doesNotHaveDuplicates();
    }

    private List<List<ChatMessage>> rows() throws IOException {
        Path file = folder.resolve("persona.jsonl");
        PersonaGus.copyTo(file);
        List<List<ChatMessage>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            List<ChatMessage> row = new ArrayList<>();
            for (JsonNode message : new JsonMapper().readTree(line).path("messages")) {
                Role role = Role.valueOf(message.path("role").asString().toUpperCase(Locale.ROOT));
                row.add(new ChatMessage(role, message.path("content").asString()));
            }
            rows.add(row);
        }
        return rows;
    }
}
