package dev.gantry.lora.data.example;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Guesses what columns hold from their names, letter case and plurals aside.
final class ColumnGuess {
    private static final List<String> ASSISTANT = List.of(
            "output",
            "answer",
            "response",
            "completion",
            "target",
            "solution",
            "reply",
            "assistant",
            "gpt",
            "bot",
            "model",
            "a");
    private static final List<String> USER =
            List.of("instruction", "question", "query", "prompt", "input", "user", "human", "problem", "text", "q");
    private static final List<String> SYSTEM = List.of("system", "context", "persona");
    private static final Set<String> IGNORED = Set.of(
            "id",
            "idx",
            "index",
            "uuid",
            "date",
            "time",
            "timestamp",
            "source",
            "type",
            "kind",
            "score",
            "label",
            "category",
            "tag",
            "metadata",
            "meta",
            "lang",
            "language",
            "license",
            "url",
            "split",
            "model_name");

    private ColumnGuess() {}

    /// The mapping that the names suggest, null when they suggest none.
    static @Nullable ColumnMapping of(FieldSample sample) {
        List<String> columns = new ArrayList<>();
        for (String name : sample.names()) {
            if (sample.test(name, value -> value.isValueNode() || value.isNull())) {
                columns.add(name);
            }
        }
        Map<ColumnRole, String> found = new EnumMap<>(ColumnRole.class);
        take(columns, ASSISTANT, ColumnRole.ASSISTANT, found);
        take(columns, USER, ColumnRole.USER, found);
        take(columns, SYSTEM, ColumnRole.SYSTEM, found);
        if (!found.containsKey(ColumnRole.ASSISTANT)) {
            return null;
        }
        if (!found.containsKey(ColumnRole.USER)) {
            takeTheOnlyOther(columns, sample, found);
        }
        return found.containsKey(ColumnRole.USER) ? new ColumnMapping(found) : null;
    }

    private static void take(
            List<String> columns, List<String> wanted, ColumnRole role, Map<ColumnRole, String> found) {
        for (String name : wanted) {
            for (String column : columns) {
                if (plain(column).equals(name)) {
                    found.put(role, column);
                    columns.remove(column);
                    return;
                }
            }
        }
    }

    /// With the answer known and one other text column left, that column is what is answered.
    private static void takeTheOnlyOther(List<String> columns, FieldSample sample, Map<ColumnRole, String> found) {
        List<String> others = columns.stream()
                .filter(column -> !IGNORED.contains(plain(column)) && sample.test(column, JsonNode::isString))
                .toList();
        if (others.size() == 1) {
            found.put(ColumnRole.USER, others.getFirst());
        }
    }

    private static String plain(String column) {
        String name = column.strip().toLowerCase(Locale.ROOT);
        return name.length() > 2 && name.endsWith("s") && !name.endsWith("ss")
                ? name.substring(0, name.length() - 1)
                : name;
    }
}
