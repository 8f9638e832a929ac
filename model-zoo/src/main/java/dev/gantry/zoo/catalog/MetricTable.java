package dev.gantry.zoo.catalog;

import java.util.List;

/// The measured values of all runs, copied from their events.
public final class MetricTable {
    private static final String MERGE =
            "merge into metrics (run_id, step, name, metric_value) key (run_id, name, step) values (?, ?, ?, ?)";

    private final Database database;

    MetricTable(Database database) {
        this.database = database;
    }

    /// Adds points of one run, all or none; a point of the same name and step is replaced.
    public void add(String runId, List<MetricPoint> points) {
        if (points.isEmpty()) {
            return;
        }
        List<Object[]> rows = points.stream()
                .map(point -> new Object[] {runId, point.step(), point.name(), point.value()})
                .toList();
        database.call(sql -> {
            sql.batch(MERGE, rows);
            return rows.size();
        });
    }

    /// The points of one curve in the order of their steps.
    public List<MetricPoint> of(String runId, String name) {
        return database.call(sql -> sql.query(
                "select step, name, metric_value from metrics where run_id = ? and name = ? order by step",
                row -> new MetricPoint(row.getLong(1), row.getString(2), row.getDouble(3)),
                runId,
                name));
    }

    /// The names of the curves a run has.
    public List<String> names(String runId) {
        return database.call(sql -> sql.query(
                "select distinct name from metrics where run_id = ? order by name", row -> row.getString(1), runId));
    }

    void removeAfter(String runId, long step) {
        if (step != RunEvents.ALL_COUNT) {
            database.call(sql -> sql.update("delete from metrics where run_id = ? and step > ?", runId, step));
        }
    }

    void removeAll(String runId) {
        database.call(sql -> sql.update("delete from metrics where run_id = ?", runId));
    }
}
