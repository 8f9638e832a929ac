package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.DataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Decides by field names and value types which format rows are in; the more specific formats are asked first.
final class Recognition {
    private static final List<String> CHOSEN = List.of("chosen", "chosen_response", "response_chosen");
    private static final List<String> REJECTED = List.of("rejected", "rejected_response", "response_rejected");
    private static final List<String> PREFERENCE_PROMPTS =
            List.of("prompt", "instruction", "conversations", "messages", "question", "query", "context", "input");
    private static final List<String> TURNS =
            List.of("messages", "conversations", "conversation", "texts", "dialogue", "dialog", "chat", "turns");
    private static final List<String> INSTRUCTION_ANSWERS = List.of("output", "response", "answer", "completion");

    private Recognition() {}

    static RowFormat of(String file, FieldSample sample) throws DataException {
        RowFormat format = bare(sample);
        format = format != null ? format : preference(sample);
        format = format != null ? format : turns(sample);
        format = format != null ? format : tree(sample);
        format = format != null ? format : instruction(sample);
        format = format != null ? format : completion(sample);
        format = format != null ? format : guessed(sample);
        format = format != null ? format : text(sample);
        if (format == null) {
            throw unrecognised(file, sample);
        }
        return format;
    }

    static RowFormat columns(ColumnMapping mapping) {
        Map<String, String> parts = new LinkedHashMap<>();
        mapping.columns().forEach((role, column) -> parts.put(role.name().toLowerCase(Locale.ROOT), column));
        DataFormat format = mapping.column(ColumnRole.CHOSEN) != null ? DataFormat.PREFERENCE : DataFormat.COLUMNS;
        return new RowFormat(
                mapping.column(ColumnRole.TEXT) != null ? DataFormat.TEXT : format, parts, new ColumnsMapper(mapping));
    }

    private static @Nullable RowFormat bare(FieldSample sample) {
        JsonNode row = sample.bareRow();
        if (row == null) {
            return null;
        }
        if (row.isArray() && isTurns(row)) {
            return new RowFormat(DataFormat.MESSAGES, Map.of("turns", "the row"), new ConversationMapper(""));
        }
        return row.isString() ? new RowFormat(DataFormat.TEXT, Map.of("text", "the row"), new TextMapper("")) : null;
    }

    private static @Nullable RowFormat preference(FieldSample sample) {
        String chosen = sample.first(CHOSEN);
        String rejected = sample.first(REJECTED);
        if (chosen == null || rejected == null) {
            return null;
        }
        String prompt = sample.first(PREFERENCE_PROMPTS, value -> value.isString() || isTurns(value));
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("prompt", prompt == null ? "the shared opening of both answers" : prompt);
        parts.put("chosen", chosen);
        parts.put("rejected", rejected);
        return new RowFormat(DataFormat.PREFERENCE, parts, new PreferenceMapper(prompt, chosen, rejected));
    }

    private static @Nullable RowFormat turns(FieldSample sample) {
        String field = sample.first(TURNS, Recognition::isTurns);
        if (field == null) {
            return null;
        }
        boolean shareGpt = sample.test(
                field, value -> value.get(0).has("from") && value.get(0).has("value"));
        DataFormat format = shareGpt ? DataFormat.SHAREGPT : DataFormat.MESSAGES;
        return new RowFormat(format, Map.of("turns", field), new ConversationMapper(field));
    }

    private static @Nullable RowFormat tree(FieldSample sample) {
        boolean root = sample.test("replies", JsonNode::isArray) && sample.has("text") && sample.has("role");
        boolean nested = sample.test("prompt", value -> value.isObject() && value.has("replies"));
        return root || nested
                ? new RowFormat(DataFormat.MESSAGE_TREE, Map.of("turns", "replies"), new MessageTreeMapper())
                : null;
    }

    private static @Nullable RowFormat instruction(FieldSample sample) {
        if (!sample.has("instruction")) {
            return null;
        }
        if (sample.test("instances", JsonNode::isArray)) {
            Map<String, String> parts = Map.of("user", "instruction", "assistant", "instances[].output");
            return new RowFormat(DataFormat.INSTANCES, parts, new InstancesMapper());
        }
        String answer = sample.first(INSTRUCTION_ANSWERS);
        // without the other alpaca fields a column guess may know more, e.g. a context column
        if (answer == null || (!answer.equals("output") && !sample.has("input"))) {
            return null;
        }
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("user", sample.has("input") ? "instruction + input" : "instruction");
        parts.put("assistant", answer);
        for (String optional : List.of("system", "history")) {
            if (sample.has(optional)) {
                parts.put(optional, optional);
            }
        }
        return new RowFormat(DataFormat.ALPACA, parts, new InstructionMapper(answer));
    }

    private static @Nullable RowFormat completion(FieldSample sample) {
        return sample.has("prompt") && sample.has("completion")
                ? new RowFormat(
                        DataFormat.PROMPT_COMPLETION,
                        Map.of("prompt", "prompt", "completion", "completion"),
                        new CompletionMapper())
                : null;
    }

    private static @Nullable RowFormat guessed(FieldSample sample) {
        ColumnMapping guess = ColumnGuess.of(sample);
        return guess == null ? null : columns(guess);
    }

    private static @Nullable RowFormat text(FieldSample sample) {
        String field = sample.first(List.of("text", "content", "document", "Text", "story"), JsonNode::isString);
        return field == null ? null : new RowFormat(DataFormat.TEXT, Map.of("text", field), new TextMapper(field));
    }

    private static boolean isTurns(JsonNode value) {
        return value.isArray() && !value.isEmpty() && Messages.looksLikeTurn(value.get(0));
    }

    private static DataException unrecognised(String file, FieldSample sample) {
        List<String> known = new ArrayList<>();
        for (DataFormat format : DataFormat.values()) {
            known.add(format.label() + " (" + format.fields() + ")");
        }
        String found = sample.names().isEmpty() ? "no named fields" : "the fields " + String.join(", ", sample.names());
        return new DataException(
                "DATA-FORMAT",
                "cannot tell what the rows of " + file + " mean",
                "they have " + found + ", which fit no known format",
                "Say which column holds the question and which the answer, or write the rows in one of: "
                        + String.join("; ", known) + ".");
    }
}
