package dev.gantry.zoo.catalog;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// The entries of one kind, each under its unique name.
public final class EntryTable<E> {
    /// What follows a change before it counts as done.
    interface AfterChange {
        void run(Sql sql) throws SQLException;
    }

    private final Database database;
    private final EntryMapping<E> mapping;
    private final AfterChange afterChange;

    EntryTable(Database database, EntryMapping<E> mapping, AfterChange afterChange) {
        this.database = database;
        this.mapping = mapping;
        this.afterChange = afterChange;
    }

    /// Adds the entry or replaces the one of the same name; it is on the disk when this returns.
    public void put(E entry) {
        database.call(sql -> {
            int count = sql.update(mapping.mergeSql(), mapping.values().apply(entry));
            afterChange.run(sql);
            return count;
        });
    }

    /// All entries in the order of their names.
    public List<E> all() {
        return database.call(sql -> sql.query(mapping.selectSql() + " order by " + mapping.key(), mapping.reader()));
    }

    /// The entry of that name.
    public Optional<E> find(String name) {
        String query = mapping.selectSql() + " where " + mapping.key() + " = ?";
        return database.call(sql -> sql.query(query, mapping.reader(), name)).stream()
                .findFirst();
    }

    /// Forgets the entry and touches no other file; false when there was none.
    public boolean remove(String name) {
        String delete = "delete from " + mapping.table() + " where " + mapping.key() + " = ?";
        return database.call(sql -> {
            boolean removed = sql.update(delete, name) > 0;
            afterChange.run(sql);
            return removed;
        });
    }
}
