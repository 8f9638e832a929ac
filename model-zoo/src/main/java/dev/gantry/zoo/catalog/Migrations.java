package dev.gantry.zoo.catalog;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/// Brings the tables to what this version of the program expects: numbered files, each applied once.
final class Migrations {
    /// Never edit a file that was released: add the next number.
    static final List<String> FILES = List.of("V001__index.sql", "V002__chats.sql");

    private Migrations() {}

    private record Applied(int version, long checksum) {}

    /// @throws SQLException when a table is damaged or an applied file is not the one this program knows
    static void apply(Sql sql) throws SQLException {
        apply(sql, FILES);
    }

    /// @param files those that a version of the program knows
    static void apply(Sql sql, List<String> files) throws SQLException {
        sql.update("create table if not exists schema_version"
                + " (version int primary key, checksum bigint not null, applied timestamp(3) with time zone not null)");
        var applied = sql.query(
                "select version, checksum from schema_version order by version",
                row -> new Applied(row.getInt(1), row.getLong(2)));
        if (applied.size() > files.size()) {
            throw GantryException.environment(
                    "CATALOG-NEWER",
                    "cannot open the catalog",
                    "a newer version of Gantry made it (format " + applied.size() + ", this one knows " + files.size()
                            + ")",
                    "use the newer version, or point GANTRY_HOME to another folder");
        }
        for (int version = 1; version <= files.size(); version++) {
            String text = read(files.get(version - 1));
            if (version <= applied.size()) {
                check(applied.get(version - 1), version, checksum(text));
            } else {
                run(sql, version, text);
            }
        }
    }

    private static void check(Applied applied, int version, long checksum) throws SQLException {
        if (applied.version() != version || applied.checksum() != checksum) {
            throw new SQLException("the catalog's tables were not made by " + FILES.get(version - 1));
        }
    }

    private static void run(Sql sql, int version, String text) throws SQLException {
        for (String statement : text.split(";", -1)) {
            if (!statement.isBlank()) {
                sql.update(statement);
            }
        }
        sql.update("insert into schema_version values (?, ?, ?)", version, checksum(text), Instant.now());
    }

    /// Line ends are left out, so that a checkout on Windows has the same sum.
    private static long checksum(String text) {
        var sum = new CRC32C();
        sum.update(text.replace("\r", "").getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }

    private static String read(String file) {
        try (var in = Objects.requireNonNull(Migrations.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
