package dev.gantry.lora.starter;

import dev.gantry.zoo.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/// Holds simple conversations, one for each seed.
public final class DialogueGenerator {

    private static final String SYSTEM = "(system)";

    /// A command that ends with a question mark because its neighbours in the grammar are questions.
    private static final Pattern COMMAND = Pattern.compile(
            "^((?:Tell|Name|Explain|Say|List|Give|Describe|Count|Spell|Repeat|Let us|Please|Find) [^.?!]*)\\?$");

    private final Grammar grammar = Grammar.load("words.grammar", "stories.grammar", "dialogues.grammar");

    /// The conversation that belongs to `seed`: an optional system message, then user and assistant in turns.
    public List<ChatMessage> dialogue(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return messages(new Expander(grammar, random).raw("chat"), random);
    }

    /// The turns of an expanded line: `=>` between them, user first unless the first is marked as the system's.
    static List<ChatMessage> messages(String expanded, SplittableRandom random) {
        String[] turns = expanded.split("=>", -1);
        List<ChatMessage> messages = new ArrayList<>();
        for (String turn : turns) {
            String text = turn.strip();
            if (text.startsWith(SYSTEM)) {
                messages.add(new ChatMessage(ChatMessage.Role.SYSTEM, Prose.tidy(text.substring(SYSTEM.length()))));
            } else if (messages.isEmpty() || messages.getLast().role() != ChatMessage.Role.USER) {
                messages.add(new ChatMessage(ChatMessage.Role.USER, typed(Prose.tidy(text), random)));
            } else {
                messages.add(new ChatMessage(ChatMessage.Role.ASSISTANT, Prose.tidy(text)));
            }
        }
        return List.copyOf(messages);
    }

    /// People type as they like: now and then without capitals, without the last mark, or both.
    private static String typed(String text, SplittableRandom random) {
        int habit = random.nextInt(10);
        String asked = COMMAND.matcher(text).replaceAll("$1.");
        String marked = habit < 2 ? asked.replaceAll("[.?!]$", "") : asked;
        return habit == 1 || habit == 2 ? marked.toLowerCase(Locale.ROOT) : marked;
    }
}
