package dev.gantry.lora.data.example;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which column holds what.
public record ColumnMapping(Map<ColumnRole, String> columns) {

    public ColumnMapping {
        EnumMap<ColumnRole, String> copy = new EnumMap<>(ColumnRole.class);
        copy.putAll(columns);
        columns = Collections.unmodifiableMap(copy);
    }

    public @Nullable String column(ColumnRole role) {
        return columns.get(role);
    }

    /// The reason why these columns make no example, null when they do.
    public @Nullable String problem() {
        boolean answer = columns.containsKey(ColumnRole.ASSISTANT) && columns.containsKey(ColumnRole.USER);
        boolean pair = columns.containsKey(ColumnRole.CHOSEN)
                && columns.containsKey(ColumnRole.REJECTED)
                && columns.containsKey(ColumnRole.USER);
        boolean text = columns.containsKey(ColumnRole.TEXT);
        return answer || pair || text
                ? null
                : "a mapping names columns for user and assistant, or for user, chosen and rejected, or for text";
    }
}
