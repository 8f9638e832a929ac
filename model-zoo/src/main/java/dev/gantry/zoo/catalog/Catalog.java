package dev.gantry.zoo.catalog;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.h2.api.ErrorCode;

/// What Gantry knows of models, adapters, datasets, runs and their curves, and the conversations that were held.
///
/// An index over files: whatever is written is on the disk when the call returns, and a damaged file is put aside and
/// rebuilt. One process at a time has it open; any thread of it may call, and interrupts do no harm.
public final class Catalog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Catalog.class.getName());

    private final CatalogThread thread;
    private final CatalogLock lock;
    private final Database database;
    private final EntryTable<ModelEntry> models;
    private final EntryTable<AdapterEntry> adapters;
    private final EntryTable<DatasetEntry> datasets;
    private final EntryTable<RunEntry> runs;
    private final MetricTable metrics;
    private final ChatTable chats;
    private final RunIndex runIndex;
    private final Optional<Repair> repair;

    private Catalog(CatalogThread thread, CatalogLock lock, GantryHome home, Opened opened) throws IOException {
        this.thread = thread;
        this.lock = lock;
        this.database = opened.database();
        var list = new ReferenceList(home.catalog());
        models = new EntryTable<>(database, EntryMapping.MODELS, list::save);
        adapters = new EntryTable<>(database, EntryMapping.ADAPTERS, list::save);
        datasets = new EntryTable<>(database, EntryMapping.DATASETS, list::save);
        runs = new EntryTable<>(database, EntryMapping.RUNS, sql -> {});
        metrics = new MetricTable(database);
        chats = new ChatTable(database);
        runIndex = new RunIndex(home.runs(), runs, metrics);
        var references = list.load();
        // also into a file that opens well: one that was cut short may have gone back to an older state by itself
        database.call(sql -> {
            EntryMapping.MODELS.addMissing(sql, references.models());
            EntryMapping.ADAPTERS.addMissing(sql, references.adapters());
            EntryMapping.DATASETS.addMissing(sql, references.datasets());
            return true;
        });
        repair = opened.isEmpty() ? rebuild(home.catalog(), references, opened.movedAside()) : Optional.empty();
    }

    /// @param isEmpty whether its runs must be read from their folders again
    private record Opened(Database database, Optional<Path> movedAside, boolean isEmpty) {}

    /// Opens the catalog of `home`, making or repairing it where needed.
    ///
    /// @param patience how long to wait for another process that has it open
    /// @throws GantryException when another process keeps it, the folder cannot be written, or it is newer
    public static Catalog open(GantryHome home, Duration patience) {
        Path folder = home.catalog();
        if (folder.toString().contains(";")) {
            throw GantryException.usage(
                    "HOME-NAME", "cannot use " + folder, "its name has a semicolon", "choose another GANTRY_HOME");
        }
        var thread = new CatalogThread();
        try {
            Files.createDirectories(folder);
            CatalogLock lock = thread.call(() -> CatalogLock.take(folder, patience));
            try {
                return new Catalog(thread, lock, home, thread.call(() -> openOrReplace(folder, thread)));
            } catch (Exception e) {
                lock.close();
                throw e;
            }
        } catch (Exception e) {
            thread.close();
            throw refusal(folder, e);
        }
    }

    private static RuntimeException refusal(Path folder, Exception e) {
        return switch (e) {
            case RuntimeException known -> known;
            case AccessDeniedException denied ->
                GantryException.environment(
                                "HOME-DENIED",
                                "cannot use " + folder,
                                "the system denies writing to " + denied.getFile(),
                                "make it writable, or point GANTRY_HOME to a folder of yours")
                        .causedBy(denied);
            case IOException io -> new UncheckedIOException(io);
            default ->
                GantryException.environment(
                                "CATALOG-FAILED",
                                "cannot open the catalog in " + folder,
                                String.valueOf(e.getMessage()),
                                "check the space and the permissions there, then start again")
                        .causedBy(e);
        };
    }

    /// The rebuild mark stands from before the new file is made until it is filled, so that a kill between is made
    /// good.
    private static Opened openOrReplace(Path folder, CatalogThread thread) throws IOException, SQLException {
        Path mark = Database.rebuildMark(folder);
        Path file = folder.resolve(Database.NAME + ".mv.db");
        Optional<Path> aside = Optional.empty();
        if (Files.exists(mark)) {
            aside = moveAside(file);
        } else if (!Files.exists(file)) {
            Files.writeString(mark, "no catalog file");
        } else {
            try {
                return new Opened(new Database(folder, thread), Optional.empty(), false);
            } catch (SQLException e) {
                if (e.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
                    throw e;
                }
                Files.writeString(mark, String.valueOf(e.getMessage()));
                aside = moveAside(file);
                LOG.log(System.Logger.Level.DEBUG, "the catalog was damaged and is rebuilt", e);
            }
        }
        return new Opened(new Database(folder, thread), aside, true);
    }

    private static Optional<Path> moveAside(Path damaged) throws IOException {
        if (!Files.exists(damaged)) {
            return Optional.empty();
        }
        Path aside = damaged.resolveSibling(
                Database.NAME + "-damaged-" + Instant.now().toEpochMilli() + ".mv.db");
        return Optional.of(Files.move(damaged, aside));
    }

    private Optional<Repair> rebuild(Path folder, ReferenceList.References references, Optional<Path> aside)
            throws IOException {
        runIndex.refresh();
        Files.deleteIfExists(Database.rebuildMark(folder));
        return aside.map(file -> new Repair(
                file,
                references.models().size(),
                references.adapters().size(),
                references.datasets().size(),
                runs.all().size()));
    }

    /// What was repaired while opening, for the user to know.
    public Optional<Repair> repair() {
        return repair;
    }

    public EntryTable<ModelEntry> models() {
        return models;
    }

    public EntryTable<AdapterEntry> adapters() {
        return adapters;
    }

    public EntryTable<DatasetEntry> datasets() {
        return datasets;
    }

    public EntryTable<RunEntry> runs() {
        return runs;
    }

    public MetricTable metrics() {
        return metrics;
    }

    /// Conversations; whoever holds them keeps files that they can be put in from again.
    public ChatTable chats() {
        return chats;
    }

    /// Takes in what the run folders have that the catalog does not, and forgets runs whose folder is gone.
    public void refreshRuns() throws IOException {
        runIndex.refresh();
    }

    @Override
    public void close() {
        database.call(sql -> {
            database.close();
            return true;
        });
        thread.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
