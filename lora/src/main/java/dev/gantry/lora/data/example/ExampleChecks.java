package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.List;

/// Finds what makes a well-formed row a useless or doubtful example.
public final class ExampleChecks {
    private ExampleChecks() {}

    /// What is wrong, most serious first.
    public record Finding(FaultKind kind, String message) {}

    public static List<Finding> check(Example example) {
        return switch (example) {
            case Example.Conversation conversation -> conversation(conversation.messages());
            case Example.PromptCompletion pair ->
                Fields.isBlank(pair.completion())
                        ? List.of(new Finding(FaultKind.EMPTY_ANSWER, "expected text in the completion"))
                        : List.of();
            case Example.Document document ->
                Fields.isBlank(document.text())
                        ? List.of(new Finding(FaultKind.EMPTY_TEXT, "expected text to learn from"))
                        : List.of();
            case Example.PreferencePair pair -> preference(pair);
        };
    }

    private static List<Finding> conversation(List<ChatMessage> messages) {
        boolean answered = false;
        for (ChatMessage message : messages) {
            if (message.role() == Role.ASSISTANT) {
                answered = true;
                if (Fields.isBlank(message.content())) {
                    return List.of(new Finding(FaultKind.EMPTY_ANSWER, "expected text in the assistant's turn"));
                }
            }
        }
        if (!answered) {
            return List.of(new Finding(FaultKind.NO_ASSISTANT_TURN, "expected at least one turn of the assistant"));
        }
        return repeatedRole(messages);
    }

    private static List<Finding> repeatedRole(List<ChatMessage> messages) {
        for (int i = 1; i < messages.size(); i++) {
            Role role = messages.get(i).role();
            // several tool results in a row are the rule
            if (role == messages.get(i - 1).role() && role != Role.TOOL) {
                String message = "turns " + i + " and " + (i + 1) + " are both of the " + role.templateName();
                return List.of(new Finding(FaultKind.REPEATED_ROLE, message));
            }
        }
        return List.of();
    }

    private static List<Finding> preference(Example.PreferencePair pair) {
        for (List<ChatMessage> answer : List.of(pair.chosen(), pair.rejected())) {
            if (answer.isEmpty() || answer.stream().allMatch(message -> Fields.isBlank(message.content()))) {
                return List.of(new Finding(FaultKind.EMPTY_ANSWER, "expected text in both answers"));
            }
        }
        return pair.chosen().equals(pair.rejected())
                ? List.of(new Finding(FaultKind.SAME_ANSWERS, "the two answers are the same, so neither is better"))
                : List.of();
    }
}
