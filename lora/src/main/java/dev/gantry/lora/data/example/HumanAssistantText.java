package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Dialogues written as one text with `Human:` and `Assistant:` in front of the turns.
final class HumanAssistantText {
    private static final Pattern SPEAKER = Pattern.compile("(?:^|\\n\\n)(Human|Assistant):\\s?");

    private HumanAssistantText() {}

    static List<ChatMessage> turns(String field, String text) throws RowFaultException {
        List<ChatMessage> turns = new ArrayList<>();
        Matcher speaker = SPEAKER.matcher(text);
        boolean found = speaker.find();
        while (found) {
            Role role = speaker.group(1).equals("Human") ? Role.USER : Role.ASSISTANT;
            int start = speaker.end();
            found = speaker.find();
            turns.add(new ChatMessage(role, text.substring(start, found ? speaker.start() : text.length())));
        }
        if (turns.isEmpty()) {
            throw new RowFaultException(
                    FaultKind.MISSING_FIELD,
                    "expected a field \"prompt\", or turns marked \"Human:\" and \"Assistant:\" in \"" + field + "\"");
        }
        return turns;
    }
}
