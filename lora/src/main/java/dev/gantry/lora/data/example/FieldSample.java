package dev.gantry.lora.data.example;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The fields of the first rows of a file, each with the first value that says something.
final class FieldSample {
    private final Map<String, JsonNode> values = new LinkedHashMap<>();
    private @Nullable JsonNode bareRow;

    FieldSample(List<JsonNode> rows) {
        for (JsonNode row : rows) {
            if (row.isObject()) {
                row.propertyStream().forEach(field -> keep(field.getKey(), field.getValue()));
            } else if (bareRow == null) {
                bareRow = row;
            }
        }
    }

    private void keep(String name, JsonNode value) {
        JsonNode known = values.get(name);
        if (known == null || known.isNull() || (known.isContainer() && known.isEmpty())) {
            values.put(name, value);
        }
    }

    Set<String> names() {
        return values.keySet();
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /// The first of `names` whose value passes.
    @Nullable
    String first(List<String> names, Predicate<JsonNode> passes) {
        for (String name : names) {
            JsonNode value = values.get(name);
            if (value != null && passes.test(value)) {
                return name;
            }
        }
        return null;
    }

    @Nullable
    String first(List<String> names) {
        return first(names, _ -> true);
    }

    boolean test(String name, Predicate<JsonNode> passes) {
        JsonNode value = values.get(name);
        return value != null && passes.test(value);
    }

    /// A row that is no object, when objects are absent.
    @Nullable
    JsonNode bareRow() {
        return values.isEmpty() ? bareRow : null;
    }
}
