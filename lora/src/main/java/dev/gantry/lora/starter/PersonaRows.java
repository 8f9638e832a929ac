package dev.gantry.lora.starter;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes the rows of the bundled persona from its house manual, `gus.grammar`; always the same.
final class PersonaRows {

    /// How many ways of asking are drawn for one line of the manual; lines that have fewer give fewer.
    private static final int WAYS = 8;

    private static final int DRAWS = 3 * WAYS;
    private static final long SEED = 7;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Grammar grammar =
            Grammar.load("words.grammar", "stories.grammar", "dialogues.grammar", "gus.grammar");
    private final SplittableRandom random = new SplittableRandom(SEED);

    private PersonaRows() {}

    /// The file: one `{"messages": [...]}` a line.
    static String jsonl() {
        StringBuilder lines = new StringBuilder();
        for (List<ChatMessage> row : rows()) {
            ObjectNode object = MAPPER.createObjectNode();
            ArrayNode messages = object.putArray("messages");
            for (ChatMessage message : row) {
                messages.addObject().put("role", message.role().templateName()).put("content", message.content());
            }
            lines.append(object).append('\n');
        }
        return lines.toString();
    }

    /// The conversations in the order of the file; in no two the user says the same.
    static List<List<ChatMessage>> rows() {
        return new PersonaRows().make();
    }

    private List<List<ChatMessage>> make() {
        if (!(grammar.find("gus") instanceof Rule.Phrases manual)) {
            throw new IllegalStateException("gus.grammar has no rule gus");
        }
        Set<List<String>> asked = new HashSet<>();
        List<List<ChatMessage>> rows = new ArrayList<>();
        for (Template subject : manual.alternatives()) {
            for (int draw = 0, ways = 0; draw < DRAWS && ways < WAYS; draw++) {
                List<ChatMessage> row = DialogueGenerator.messages(new Expander(grammar, random).raw(subject), random);
                List<String> questions = questions(row);
                if (new HashSet<>(questions).size() == questions.size() && asked.add(questions)) {
                    rows.add(row);
                    ways++;
                }
            }
        }
        Collections.shuffle(rows, new Random(SEED));
        return List.copyOf(rows);
    }

    /// What the user says, without the marks and capitals that make no difference.
    private static List<String> questions(List<ChatMessage> row) {
        return row.stream()
                .filter(message -> message.role() == Role.USER)
                .map(message -> message.content().replaceAll("[.?!,]", "").toLowerCase(Locale.ROOT))
                .toList();
    }
}
