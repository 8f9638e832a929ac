package dev.gantry.app.ui.data;

import dev.gantry.lora.data.example.ColumnMapping;
import dev.gantry.lora.data.example.ColumnRole;
import dev.gantry.lora.data.example.Example;
import dev.gantry.lora.data.example.RowFormat;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.source.RowReader;
import dev.gantry.lora.data.source.RowResult;
import dev.gantry.lora.data.source.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the first rows of a file tell, read at once however large the file is.
///
/// @param format null when the rows fit no known format
/// @param columns the named fields of the first rows, each with a value
/// @param examples of the first usable rows
record FirstLook(
        RowSource source, long bytes, @Nullable RowFormat format, Map<String, String> columns, List<Example> examples) {
    private static final int READ_ROWS = 100;
    private static final int SHOWN_EXAMPLES = 3;
    private static final int SAMPLE_CHARACTERS = 120;

    FirstLook {
        examples = List.copyOf(examples);
    }

    /// @param mapping what the user said about the columns; null to find out
    /// @throws DataException when no row can be read or the mapping does not fit
    static FirstLook at(Path file, @Nullable ColumnMapping mapping) throws IOException {
        RowSource source = RowSource.of(file);
        List<RowResult.Row> rows = firstRows(source);
        List<JsonNode> values = rows.stream().map(RowResult.Row::value).toList();
        RowFormat format = format(String.valueOf(file.getFileName()), mapping, values);
        return new FirstLook(source, Files.size(file), format, columns(values), examples(format, rows));
    }

    private static List<RowResult.Row> firstRows(RowSource source) throws IOException {
        List<RowResult.Row> rows = new ArrayList<>();
        String fault = "it holds no rows";
        try (RowReader reader = source.open()) {
            RowResult result = reader.next();
            for (int read = 0; result != null && read < READ_ROWS; read++) {
                switch (result) {
                    case RowResult.Row row -> rows.add(row);
                    case RowResult.Unreadable(var found) ->
                        fault = rows.isEmpty() ? "no row can be read; the first fault: " + found : fault;
                }
                result = reader.next();
            }
        }
        if (rows.isEmpty()) {
            throw new DataException(
                    "DATA-NO-ROWS", "cannot use " + source.file(), fault, "Mend the file or choose another.");
        }
        return rows;
    }

    private static @Nullable RowFormat format(String file, @Nullable ColumnMapping mapping, List<JsonNode> values)
            throws DataException {
        if (mapping != null) {
            return RowFormat.mapped(file, mapping, values);
        }
        try {
            return RowFormat.recognise(file, values);
        } catch (DataException e) {
            // the user can say what the columns are, when there are any
            if (columns(values).isEmpty()) {
                throw e;
            }
            return null;
        }
    }

    private static List<Example> examples(@Nullable RowFormat format, List<RowResult.Row> rows) {
        List<Example> examples = new ArrayList<>();
        for (RowResult.Row row : rows) {
            if (format != null && format.map(row) instanceof RowFormat.Mapped.Examples(List<Example> mapped)) {
                examples.addAll(mapped);
            }
            if (examples.size() >= SHOWN_EXAMPLES) {
                return examples.subList(0, SHOWN_EXAMPLES);
            }
        }
        return examples;
    }

    private static Map<String, String> columns(List<JsonNode> rows) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (JsonNode row : rows) {
            row.propertyStream().forEach(field -> {
                String value = field.getValue().isString()
                        ? field.getValue().asString()
                        : field.getValue().toString();
                columns.merge(field.getKey(), shortened(value), (known, more) -> known.isBlank() ? more : known);
            });
        }
        return columns;
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() > SAMPLE_CHARACTERS ? line.substring(0, SAMPLE_CHARACTERS) + "…" : line;
    }

    /// The roles that whole columns were found to play; empty when a row's parts are made another way.
    Map<ColumnRole, String> foundRoles() {
        Map<ColumnRole, String> roles = new EnumMap<>(ColumnRole.class);
        if (format == null) {
            return roles;
        }
        format.parts().forEach((part, column) -> {
            if (columns.containsKey(column)) {
                role(part).ifPresent(role -> roles.put(role, column));
            }
        });
        return roles;
    }

    private static Optional<ColumnRole> role(String part) {
        return switch (part) {
            case "prompt" -> Optional.of(ColumnRole.USER);
            case "completion" -> Optional.of(ColumnRole.ASSISTANT);
            default ->
                Arrays.stream(ColumnRole.values())
                        .filter(role -> role.name().toLowerCase(Locale.ROOT).equals(part))
                        .findFirst();
        };
    }
}
