package dev.gantry.app.ui.export;

import dev.gantry.app.export.ExportCandidate;
import dev.gantry.app.export.Exportable;
import dev.gantry.app.export.KnownBases;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// What there is to export, which of it is chosen, and what was found there.
final class ExportSource {
    private final Services services;
    private final Texts texts;
    private final Listener listener;
    private final ObservableList<ExportCandidate> candidates = FXCollections.observableArrayList();
    private final BooleanProperty loaded = new SimpleBooleanProperty();
    private final ObjectProperty<@Nullable ExportCandidate> chosen = new SimpleObjectProperty<>();
    private final ReadOnlyObjectWrapper<@Nullable Exportable> found = new ReadOnlyObjectWrapper<>();

    /// What becomes of the choice.
    ///
    /// @param sentFor another one was asked for from elsewhere
    /// @param looking another one is looked at; nothing is known of it yet
    /// @param found what it is
    /// @param again the same was listed again: its base may be there now, or the disk fuller
    /// @param failed why it cannot be exported
    record Listener(
            Runnable sentFor,
            Runnable looking,
            Consumer<Exportable> found,
            Runnable again,
            Consumer<GantryException> failed) {}

    ExportSource(Services services, Listener listener) {
        this.services = services;
        this.texts = services.texts();
        this.listener = listener;
        chosen.subscribe((before, now) -> look(now));
    }

    /// Reads what there is to export.
    ///
    /// @param wanted a run or an adapter to choose; null to keep the choice, or take the newest
    void refresh(@Nullable Path wanted) {
        record Reading(List<ExportCandidate> all, Optional<ExportCandidate> wanted) {}
        services.tasks()
                .task(texts.get("export.reading"), progress -> {
                    List<ExportCandidate> all = ExportCandidate.all(services.home(), services.catalog());
                    Optional<ExportCandidate> one =
                            wanted == null ? Optional.empty() : Optional.of(ExportCandidate.of(wanted));
                    return new Reading(all, one);
                })
                .onDone(reading -> show(reading.all(), reading.wanted().orElse(chosen.get())))
                .start();
    }

    private void show(List<ExportCandidate> all, @Nullable ExportCandidate wanted) {
        candidates.setAll(all);
        loaded.set(true);
        ExportCandidate again = wanted == null
                ? null
                : all.stream()
                        .filter(one -> one.folder().equals(wanted.folder()))
                        .findFirst()
                        .orElse(wanted);
        if (again != null && !all.contains(again)) {
            candidates.addFirst(again);
        }
        if (wanted != null && !wanted.equals(chosen.get())) {
            listener.sentFor().run();
        }
        ExportCandidate before = chosen.get();
        ExportCandidate next = again != null ? again : all.isEmpty() ? null : all.getFirst();
        chosen.set(next);
        if (next != null && next.equals(before)) {
            if (found.get() == null) {
                look(next);
            } else {
                listener.again().run();
            }
        }
    }

    private void look(@Nullable ExportCandidate candidate) {
        found.set(null);
        listener.looking().run();
        if (candidate == null) {
            return;
        }
        services.tasks()
                .task(
                        texts.get("export.reading"),
                        progress -> Exportable.in(
                                candidate.folder(), "", new KnownBases(services.home(), services.catalog())))
                .onDone(what -> {
                    if (candidate.equals(chosen.get())) {
                        found.set(what);
                        listener.found().accept(what);
                    }
                })
                .onFailed(listener.failed())
                .start();
    }

    ObservableList<ExportCandidate> candidates() {
        return candidates;
    }

    /// Whether the list has been read once.
    BooleanProperty loadedProperty() {
        return loaded;
    }

    ObjectProperty<@Nullable ExportCandidate> chosenProperty() {
        return chosen;
    }

    /// What was found in the chosen folder; null before it was read, or when it cannot be exported.
    ReadOnlyObjectProperty<@Nullable Exportable> foundProperty() {
        return found.getReadOnlyProperty();
    }
}
