package dev.gantry.zoo.catalog;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;

/// How a record lies in its table; the first column is its key.
record EntryMapping<E>(String table, List<String> columns, Function<E, Object[]> values, RowReader<E> reader) {
    static final EntryMapping<ModelEntry> MODELS = new EntryMapping<>(
            "models",
            List.of("name", "folder", "family", "parameters", "dtype", "size_bytes", "imported"),
            e -> new Object[] {
                e.name(), e.folder().toString(), e.family(), e.parameters(), e.dtype(), e.bytes(), e.imported()
            },
            row -> new ModelEntry(
                    row.getString(1),
                    Path.of(row.getString(2)),
                    row.getString(3),
                    row.getLong(4),
                    row.getString(5),
                    row.getLong(6),
                    instant(row, 7)));

    static final EntryMapping<AdapterEntry> ADAPTERS = new EntryMapping<>(
            "adapters",
            List.of("name", "folder", "base_model", "rank", "made"),
            e -> new Object[] {e.name(), e.folder().toString(), e.baseModel(), e.rank(), e.made()},
            row -> new AdapterEntry(
                    row.getString(1), Path.of(row.getString(2)), row.getString(3), row.getInt(4), instant(row, 5)));

    static final EntryMapping<DatasetEntry> DATASETS = new EntryMapping<>(
            "datasets",
            List.of("name", "file", "format", "row_count", "added"),
            e -> new Object[] {e.name(), e.file().toString(), e.format(), e.rows(), e.added()},
            row -> new DatasetEntry(
                    row.getString(1), Path.of(row.getString(2)), row.getString(3), row.getLong(4), instant(row, 5)));

    static final EntryMapping<RunEntry> RUNS = new EntryMapping<>(
            "runs",
            List.of("id", "folder", "stage", "model", "state", "changed", "events_read_bytes"),
            e -> new Object[] {
                e.id(), e.folder().toString(), e.stage(), e.model(), e.state(), e.changed(), e.eventsReadBytes()
            },
            row -> new RunEntry(
                    row.getString(1),
                    Path.of(row.getString(2)),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    instant(row, 6),
                    row.getLong(7)));

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, Instant.class);
    }

    String selectSql() {
        return "select " + String.join(", ", columns) + " from " + table;
    }

    String key() {
        return columns.getFirst();
    }

    String mergeSql() {
        return "merge into " + table + " (" + String.join(", ", columns) + ") key (" + key() + ") values ("
                + String.join(", ", columns.stream().map(column -> "?").toList()) + ")";
    }

    /// Puts in the entries whose key the table does not have.
    void addMissing(Sql sql, List<E> entries) throws SQLException {
        var present = new HashSet<>(sql.query("select " + key() + " from " + table, row -> row.getString(1)));
        for (E entry : entries) {
            Object[] row = values.apply(entry);
            if (present.add((String) row[0])) {
                sql.update(mergeSql(), row);
            }
        }
    }
}
