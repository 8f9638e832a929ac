package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Notices;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.engine.GantryException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// Keeps the messages until they are seen: short ones beside each other, those that need an answer one after the other.
public final class NoticeCenter implements Notices {
    private static final int SHOWN_AT_ONCE = 3;

    private final ObservableList<Notice> notices = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<@Nullable Overlay> overlay = new ReadOnlyObjectWrapper<>();
    private final Deque<Overlay> waiting = new ArrayDeque<>();

    @Override
    public void info(String text) {
        add(new Notice(text, Optional.empty()));
    }

    @Override
    public void info(String text, Choice choice) {
        add(new Notice(text, Optional.of(choice)));
    }

    private void add(Notice notice) {
        notices.add(notice);
        if (notices.size() > SHOWN_AT_ONCE) {
            notices.removeFirst();
        }
    }

    @Override
    public void failure(GantryException failure, List<Choice> fixes) {
        show(new Overlay.Failed(failure, fixes));
    }

    @Override
    public void ask(Question question) {
        show(new Overlay.Ask(question));
    }

    /// Shows `next` now, or after what is open and must be answered first.
    void show(Overlay next) {
        switch (overlay.get()) {
            case Overlay.Ask asking -> waiting.add(next);
            case Overlay.Failed failed -> waiting.add(next);
            case Overlay.Palette palette -> overlay.set(next);
            case Overlay.Help help -> overlay.set(next);
            case Overlay.Mark mark -> overlay.set(next);
            case null -> overlay.set(next);
        }
    }

    /// Whether something lies over the window.
    public boolean hasOverlay() {
        return overlay.get() != null;
    }

    /// Closes what is open; what waits is shown next.
    void closeOverlay() {
        overlay.set(waiting.poll());
    }

    void dismiss(Notice notice) {
        notices.remove(notice);
    }

    ObservableList<Notice> notices() {
        return notices;
    }

    ReadOnlyObjectProperty<@Nullable Overlay> overlayProperty() {
        return overlay.getReadOnlyProperty();
    }
}
