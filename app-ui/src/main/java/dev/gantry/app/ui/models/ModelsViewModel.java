package dev.gantry.app.ui.models;

import dev.gantry.app.library.Import.Found;
import dev.gantry.app.library.Import.FoundAdapter;
import dev.gantry.app.library.Import.FoundModel;
import dev.gantry.app.library.Library;
import dev.gantry.app.library.Shelf;
import dev.gantry.app.machine.MachineProbe;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.ModelEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The models, the one that is looked at, and what can be done with it.
final class ModelsViewModel implements AutoCloseable {
    private final Services services;
    private final Texts texts;
    private final Library library;
    private final ObservableList<Shelf.Item> items = FXCollections.observableArrayList();
    private final ObservableList<AdapterEntry> adapters = FXCollections.observableArrayList();
    private final ObjectProperty<Shelf.@Nullable Item> selected = new SimpleObjectProperty<>();
    private final ReadOnlyObjectWrapper<@Nullable ModelDetails> details = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable GantryException> failure = new ReadOnlyObjectWrapper<>();
    private final BooleanProperty loaded = new SimpleBooleanProperty();
    private final TokenizerViewModel tokenizer;
    private final DownloadViewModel download;
    private long freeBytes;
    private Shelf shelf = new Shelf(List.of(), List.of());

    ModelsViewModel(Services services) {
        this.services = services;
        this.texts = services.texts();
        this.library = new Library(services.home(), services.catalog(), services.clock());
        this.tokenizer = new TokenizerViewModel(services);
        this.download = new DownloadViewModel(services, DownloadViewModel::usualAccess, folder -> add(List.of(folder)));
        selected.subscribe(this::look);
    }

    /// @param freeBytes of memory, when it was read
    private record Reading(Shelf shelf, long freeBytes) {}

    /// Reads the list again and keeps what is selected.
    ///
    /// @param wanted the name to select; empty keeps the selection, or takes the first
    void refresh(String wanted) {
        services.tasks()
                .task(
                        texts.get("models.reading"),
                        progress -> new Reading(
                                library.shelfWithRuns(),
                                new MachineProbe().memory().availableBytes()))
                .onDone(reading -> show(reading, wanted))
                .start();
    }

    private void show(Reading reading, String wanted) {
        shelf = reading.shelf();
        freeBytes = reading.freeBytes();
        Shelf.Item before = selected.get();
        String name =
                !wanted.isEmpty() || before == null ? wanted : before.entry().name();
        items.setAll(shelf.models());
        loaded.set(true);
        Optional<Shelf.Item> again =
                items.stream().filter(item -> item.entry().name().equals(name)).findFirst();
        selected.set(again.orElse(items.isEmpty() ? null : items.getFirst()));
        showAdapters();
    }

    private void showAdapters() {
        Shelf.Item item = selected.get();
        adapters.setAll(item == null ? List.of() : shelf.adaptersOf(item.entry()));
    }

    private void look(Shelf.@Nullable Item item) {
        details.set(null);
        tokenizer.use(null, 0);
        showAdapters();
        if (item == null || item.state() == Shelf.State.MISSING) {
            return;
        }
        services.tasks()
                .task(
                        texts.get("models.reading"),
                        progress -> ModelDetails.read(item.entry().folder()))
                .onDone(read -> show(item, read))
                .start();
    }

    private void show(Shelf.Item item, ModelDetails read) {
        if (Objects.equals(selected.get(), item)) {
            details.set(read);
            tokenizer.use(
                    read.tokens() == 0 ? null : item.entry().folder(),
                    read.folder().spec().vocabularySize());
        }
    }

    /// Lets the user choose a folder and adds it.
    void chooseFolder() {
        services.host().chooseFolder(texts.get("models.choose")).ifPresent(folder -> add(List.of(folder)));
    }

    /// Checks folders, or the folders of files in them, and adds what is a model or an adapter.
    void add(List<Path> paths) {
        failure.set(null);
        for (Path path : paths) {
            services.tasks()
                    .task(
                            texts.format("models.checking", String.valueOf(path.getFileName())),
                            progress -> library.add(path, progress))
                    .onDone(this::added)
                    .onFailed(failure::set)
                    .start();
        }
    }

    private void added(Found found) {
        switch (found) {
            case FoundModel model -> {
                String warnings = String.join(" ", model.warnings());
                services.notices().info((texts.format("models.added", model.name()) + " " + warnings).strip());
                refresh(model.name());
            }
            case FoundAdapter adapter -> {
                services.notices().info(texts.format("models.added-adapter", adapter.name()));
                refresh("");
            }
        }
    }

    void dismissFailure() {
        failure.set(null);
    }

    /// Forgets the selected model; a message offers to take that back.
    void forget() {
        Shelf.Item item = selected.get();
        if (item == null) {
            return;
        }
        ModelEntry entry = item.entry();
        services.tasks()
                .task(texts.get("models.forgetting"), progress -> {
                    library.forget(entry);
                    return entry;
                })
                .onDone(gone -> {
                    services.notices()
                            .info(
                                    texts.format("models.forgot", gone.name()),
                                    new Choice(texts.get("frame.undo"), () -> remember(gone)));
                    refresh("");
                })
                .start();
    }

    private void remember(ModelEntry entry) {
        services.tasks()
                .task(texts.get("models.reading"), progress -> {
                    library.remember(entry);
                    return entry;
                })
                .onDone(back -> refresh(back.name()))
                .start();
    }

    void openFolder() {
        Shelf.Item item = selected.get();
        if (item != null) {
            services.host().open(item.entry().folder());
        }
    }

    /// What of the memory is free for a model.
    long freeBytes() {
        return freeBytes;
    }

    boolean can(ScreenName screen) {
        return services.navigation().has(screen);
    }

    void chat() {
        Shelf.Item item = selected.get();
        if (item != null) {
            services.navigation().go(new Destination.ChatWith(item.entry().name(), null));
        }
    }

    void teach() {
        Shelf.Item item = selected.get();
        if (item != null) {
            services.navigation().go(new Destination.Teach(item.entry().name(), null));
        }
    }

    /// Chats with an adapter on the selected model.
    void chat(AdapterEntry adapter) {
        Shelf.Item item = selected.get();
        if (item != null) {
            services.navigation().go(new Destination.ChatWith(item.entry().name(), adapter.folder()));
        }
    }

    void export(AdapterEntry adapter) {
        services.navigation().go(new Destination.ExportRun(adapter.folder()));
    }

    /// The form that fetches models from Hugging Face.
    DownloadViewModel download() {
        return download;
    }

    ObservableList<Shelf.Item> items() {
        return items;
    }

    /// The adapters made for the selected model.
    ObservableList<AdapterEntry> adapters() {
        return adapters;
    }

    ObjectProperty<Shelf.@Nullable Item> selectedProperty() {
        return selected;
    }

    ReadOnlyObjectProperty<@Nullable ModelDetails> detailsProperty() {
        return details.getReadOnlyProperty();
    }

    /// Why the last folder could not be added.
    ReadOnlyObjectProperty<@Nullable GantryException> failureProperty() {
        return failure.getReadOnlyProperty();
    }

    /// Whether the list has been read once; before that an empty list says nothing.
    BooleanProperty loadedProperty() {
        return loaded;
    }

    TokenizerViewModel tokenizer() {
        return tokenizer;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
