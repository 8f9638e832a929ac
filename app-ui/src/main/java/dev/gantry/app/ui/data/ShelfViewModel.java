package dev.gantry.app.ui.data;

import dev.gantry.app.library.DataShelf;
import dev.gantry.app.library.DataShelf.Remembered;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import java.nio.file.Path;
import java.util.function.Consumer;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// The files that were checked before, and the ways to a new one.
final class ShelfViewModel {
    private final Services services;
    private final Texts texts;
    private final DataShelf shelf;
    private final Consumer<Path> open;
    private final ObservableList<Remembered> remembered = FXCollections.observableArrayList();

    /// @param open takes a file into the wizard
    ShelfViewModel(Services services, DataShelf shelf, Consumer<Path> open) {
        this.services = services;
        this.texts = services.texts();
        this.shelf = shelf;
        this.open = open;
    }

    ObservableList<Remembered> remembered() {
        return remembered;
    }

    /// Reads the catalog again.
    void refresh() {
        services.tasks()
                .task(texts.get("data.reading-shelf"), progress -> shelf.all())
                .onDone(remembered::setAll)
                .start();
    }

    void open(Path file) {
        open.accept(file);
    }

    /// Takes the bundled rows.
    void openSample() {
        services.tasks()
                .task(texts.get("data.sample"), progress -> shelf.sample())
                .onDone(open)
                .start();
    }

    /// Lets the user make preference rows by picking the better of two answers.
    void collectPreferences() {
        services.navigation().go(new Destination.CollectPreferences());
    }

    /// Forgets a file, with a way back; the file itself stays.
    void forget(Remembered data) {
        services.tasks()
                .task(texts.get("data.forgetting"), progress -> {
                    shelf.forget(data.entry().name());
                    return true;
                })
                .onDone(done -> {
                    services.notices()
                            .info(
                                    texts.format("data.forgot", data.entry().name()),
                                    new Choice(texts.get("frame.undo"), () -> remember(data)));
                    refresh();
                })
                .start();
    }

    private void remember(Remembered data) {
        services.tasks()
                .task(texts.get("data.remembering"), progress -> {
                    shelf.put(data.entry(), data.choices());
                    return true;
                })
                .onDone(done -> refresh())
                .start();
    }
}
