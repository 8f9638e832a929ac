package dev.gantry.zoo.catalog;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.h2.api.ErrorCode;

/// The H2 file of the catalog and the thread that may use it.
final class Database implements AutoCloseable {
    static final String NAME = "catalog";

    private final CatalogThread thread;
    private final Connection connection;
    private final Sql sql;
    private final Path rebuildMark;

    /// Opens the file, brings its tables up to date and reads them once; call it on `thread`.
    ///
    /// @throws SQLException when the file is damaged
    Database(Path folder, CatalogThread thread) throws SQLException {
        this.thread = thread;
        this.rebuildMark = rebuildMark(folder);
        // async: survives a stray interrupt; without WRITE_DELAY=0 a kill loses the last half second of commits
        connection = DriverManager.getConnection(
                "jdbc:h2:async:" + folder.resolve(NAME) + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE", "sa", "");
        sql = new Sql(connection);
        try {
            Migrations.apply(sql);
            for (String table : new String[] {"models", "adapters", "datasets", "runs", "chats"}) {
                sql.query("select * from " + table, row -> row.getString(1));
            }
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// A file that says: what H2 has in this folder is damaged or not yet filled.
    static Path rebuildMark(Path folder) {
        return folder.resolve("catalog.rebuild");
    }

    /// SQL that gives a result.
    interface Work<T> {
        T run(Sql sql) throws SQLException;
    }

    /// Runs `work` on the catalog's thread and waits for it, whatever interrupts arrive meanwhile.
    <T> T call(Work<T> work) {
        try {
            return thread.call(() -> work.run(sql));
        } catch (SQLException e) {
            throw failure(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the catalog's thread failed", e);
        }
    }

    private GantryException failure(SQLException e) {
        boolean damaged = e.getErrorCode() == ErrorCode.FILE_CORRUPTED_1;
        if (damaged) {
            try {
                Files.writeString(rebuildMark, String.valueOf(e.getMessage()));
            } catch (IOException mark) {
                e.addSuppressed(mark);
            }
        }
        return GantryException.environment(
                        damaged ? "CATALOG-DAMAGED" : "CATALOG-FAILED",
                        "the catalog could not be read or written",
                        String.valueOf(e.getMessage()),
                        damaged
                                ? "start the command again: the catalog is then rebuilt from the folders"
                                : "check the space on its disk, then start the command again")
                .causedBy(e);
    }

    /// Closes the file; call it on the catalog's thread.
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
