package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.source.Fault;
import dev.gantry.lora.data.source.RowResult.Row;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the rows of one file mean: a known format and which field plays which part.
public final class RowFormat {

    /// A row as examples, or the fault that keeps it from being any.
    public sealed interface Mapped {
        record Examples(List<Example> examples) implements Mapped {}

        record Faulty(Fault fault) implements Mapped {}
    }

    private final DataFormat format;
    private final Map<String, String> parts;
    private final RowMapper mapper;

    RowFormat(DataFormat format, Map<String, String> parts, RowMapper mapper) {
        this.format = format;
        this.parts = parts;
        this.mapper = mapper;
    }

    /// Recognises the format from the first rows.
    ///
    /// @throws DataException when the fields fit no known format
    public static RowFormat recognise(String file, List<JsonNode> firstRows) throws DataException {
        return Recognition.of(file, new FieldSample(firstRows));
    }

    /// The format that the user's own mapping makes.
    ///
    /// @throws DataException when the mapping is incomplete or names columns that the file has not
    public static RowFormat mapped(String file, ColumnMapping mapping, List<JsonNode> firstRows) throws DataException {
        String problem = mapping.problem();
        if (problem != null) {
            throw new DataException(
                    "DATA-COLUMNS", "cannot use the columns given for " + file, problem, "Name the missing ones.");
        }
        FieldSample sample = new FieldSample(firstRows);
        for (String column : mapping.columns().values()) {
            if (!sample.has(column)) {
                throw new DataException(
                        "DATA-COLUMNS",
                        "cannot use the columns given for " + file,
                        "it has no column \"" + column + "\" but: " + String.join(", ", sample.names()),
                        "Name columns that the file has.");
            }
        }
        return Recognition.columns(mapping);
    }

    public DataFormat format() {
        return format;
    }

    /// Which field plays which part, for people: `user` → `Question`.
    public Map<String, String> parts() {
        return parts;
    }

    public Mapped map(Row row) {
        try {
            return new Mapped.Examples(mapper.map(row.value()));
        } catch (RowFaultException e) {
            @Nullable String message = e.getMessage();
            return new Mapped.Faulty(row.fault(e.kind(), String.valueOf(message)));
        }
    }
}
