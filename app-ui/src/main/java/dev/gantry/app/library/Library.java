package dev.gantry.app.library;

import dev.gantry.app.library.Import.Found;
import dev.gantry.app.library.Import.FoundAdapter;
import dev.gantry.app.library.Import.FoundModel;
import dev.gantry.app.library.Import.Weights;
import dev.gantry.app.run.Runs;
import dev.gantry.engine.progress.Progress;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.catalog.ModelEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The models and adapters of one home folder: added by reference, listed, forgotten.
public final class Library {
    private final GantryHome home;
    private final CatalogAccess catalog;
    private final Clock clock;

    public Library(GantryHome home, CatalogAccess catalog, Clock clock) {
        this.home = home;
        this.catalog = catalog;
        this.clock = clock;
    }

    /// Everything that was imported, in the order of names.
    public Shelf shelf() {
        Shelf shelf = catalog.call(open -> new Shelf(
                open.models().all().stream()
                        .map(model -> new Shelf.Item(model, Shelf.State.MISSING))
                        .toList(),
                open.adapters().all()));
        // looked at outside of the catalog: a folder on a sleeping disk would keep it
        return new Shelf(
                shelf.models().stream().map(item -> lookedAt(item.entry())).toList(), shelf.adapters());
    }

    /// The same, with the adapters that runs of this home made before those that were imported.
    public Shelf shelfWithRuns() throws IOException {
        Shelf imported = shelf();
        List<AdapterEntry> adapters =
                new ArrayList<>(RunAdapters.of(Runs.of(home).folders()));
        adapters.addAll(imported.adapters());
        return new Shelf(imported.models(), List.copyOf(adapters));
    }

    private static Shelf.Item lookedAt(ModelEntry entry) {
        return new Shelf.Item(entry, Files.isDirectory(entry.folder()) ? Shelf.State.READY : Shelf.State.MISSING);
    }

    /// Checks a folder, or the folder of a file in it, and remembers it under a name that is free.
    ///
    /// A folder that is there already keeps its name.
    public Found add(Path given, Progress progress) throws IOException {
        Path folder = (Files.isRegularFile(given) ? given.resolveSibling("") : given).toRealPath();
        Import importer = new Import(clock, progress);
        String name = catalog.call(open -> freeName(open, folder));
        Found found = importer.inspect(folder, name, Weights.READ);
        catalog.call(open -> {
            switch (found) {
                case FoundModel model -> open.models().put(model.entry());
                case FoundAdapter adapter -> open.adapters().put(adapter.entry());
            }
            return found;
        });
        return found;
    }

    private static String freeName(Catalog open, Path folder) {
        Optional<String> known = open.models().all().stream()
                .filter(model -> model.folder().equals(folder))
                .map(ModelEntry::name)
                .filter(name -> !name.equals(Import.STARTER))
                .findFirst();
        if (known.isPresent()) {
            return known.get();
        }
        String wanted = String.valueOf(folder.getFileName());
        String name = wanted;
        for (int i = 2;
                name.equals(Import.STARTER)
                        || open.models().find(name).isPresent()
                        || open.adapters().find(name).isPresent();
                i++) {
            name = wanted + "-" + i;
        }
        return name;
    }

    /// Enters the model that comes with the program when it is not there yet.
    public void ensureStarter() throws IOException {
        boolean known = catalog.call(open -> open.models().find(Import.STARTER).isPresent());
        if (known && StarterFolder.isWhole(home)) {
            return;
        }
        FoundModel starter = new Import(clock, Progress.silent()).starter(StarterFolder.in(home));
        remember(starter.entry());
    }

    /// Takes an entry back in, after [#forget].
    public void remember(ModelEntry entry) {
        catalog.call(open -> {
            open.models().put(entry);
            return entry;
        });
    }

    /// Forgets a model; its files stay where they are.
    public void forget(ModelEntry entry) {
        boolean removed = catalog.call(open -> open.models().remove(entry.name()));
        if (!removed) {
            System.getLogger(Library.class.getName())
                    .log(System.Logger.Level.DEBUG, entry.name() + " was forgotten before");
        }
    }
}
