package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.zoo.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Preference rows in all their usual forms.
///
/// @param prompt the field with the dialogue before the answers; null when both answers hold the whole dialogue
record PreferenceMapper(@Nullable String prompt, String chosen, String rejected) implements RowMapper {

    @Override
    public List<Example> map(JsonNode row) throws RowFaultException {
        JsonNode good = Fields.value(row, chosen);
        JsonNode bad = Fields.value(row, rejected);
        return List.of(prompt == null ? implicit(row, good, bad) : explicit(row, prompt, good, bad));
    }

    private Example explicit(JsonNode row, String promptField, JsonNode good, JsonNode bad) throws RowFaultException {
        List<ChatMessage> dialogue = promptField.equals("instruction")
                ? InstructionMapper.prompt(row, Fields.optionalText(row, "input"))
                : ConversationMapper.withSystem(row, Turns.asUser(promptField, Fields.value(row, promptField)));
        List<ChatMessage> chosenTurns = Turns.asAssistant(chosen, good);
        List<ChatMessage> rejectedTurns = Turns.asAssistant(rejected, bad);
        return new Example.PreferencePair(
                dialogue, afterPrompt(dialogue, chosenTurns), afterPrompt(dialogue, rejectedTurns));
    }

    /// Some files repeat the prompt at the head of both answers.
    private static List<ChatMessage> afterPrompt(List<ChatMessage> prompt, List<ChatMessage> turns) {
        int size = prompt.size();
        boolean repeated = turns.size() > size && turns.subList(0, size).equals(prompt);
        return repeated ? turns.subList(size, turns.size()) : turns;
    }

    private Example implicit(JsonNode row, JsonNode good, JsonNode bad) throws RowFaultException {
        List<ChatMessage> chosenTurns = dialogue(chosen, good);
        List<ChatMessage> rejectedTurns = dialogue(rejected, bad);
        int common = 0;
        int shorter = Math.min(chosenTurns.size(), rejectedTurns.size());
        while (common < shorter - 1 && chosenTurns.get(common).equals(rejectedTurns.get(common))) {
            common++;
        }
        if (common == 0) {
            String message = "\"" + chosen + "\" and \"" + rejected + "\" share no opening, and there is no prompt";
            throw new RowFaultException(FaultKind.MISSING_FIELD, message);
        }
        List<ChatMessage> shared = new ArrayList<>(chosenTurns.subList(0, common));
        return new Example.PreferencePair(
                ConversationMapper.withSystem(row, shared),
                chosenTurns.subList(common, chosenTurns.size()),
                rejectedTurns.subList(common, rejectedTurns.size()));
    }

    private static List<ChatMessage> dialogue(String field, JsonNode value) throws RowFaultException {
        return value.isString() ? HumanAssistantText.turns(field, value.asString()) : Messages.read(field, value);
    }
}
