package dev.gantry.app.ui.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;

/// What the top bar shows on every screen, set by those it is about.
public final class WindowStatus {
    /// @param text such as `Step 120 of 840 · 3 min left`
    /// @param destination where a click leads
    public record Pill(String text, Destination destination) {}

    private final ObjectProperty<@Nullable Pill> model = new SimpleObjectProperty<>();
    private final ObjectProperty<@Nullable Pill> run = new SimpleObjectProperty<>();
    private final ObjectProperty<@Nullable Pill> serving = new SimpleObjectProperty<>();
    private final BooleanProperty online = new SimpleBooleanProperty();
    private final List<Supplier<Optional<Question>>> closing = new ArrayList<>();
    private Runnable close = () -> {};

    /// The model (and adapter) that is loaded for chatting; null when none is.
    public ObjectProperty<@Nullable Pill> modelProperty() {
        return model;
    }

    /// The run that is going on; null when none is.
    public ObjectProperty<@Nullable Pill> runProperty() {
        return run;
    }

    /// The server that other programs on this machine can ask; null while it is off.
    public ObjectProperty<@Nullable Pill> servingProperty() {
        return serving;
    }

    /// True while a download that the user asked for is going on; at all other times nothing leaves the machine.
    public BooleanProperty onlineProperty() {
        return online;
    }

    /// What to ask before the window closes; an empty answer lets it close, else a choice of the question calls
    /// [#close].
    ///
    /// @return ends the asking
    public Subscription askBeforeClosing(Supplier<Optional<Question>> question) {
        closing.add(question);
        return () -> closing.remove(question);
    }

    /// The first question that anybody has.
    public Optional<Question> questionBeforeClosing() {
        return closing.stream().map(Supplier::get).flatMap(Optional::stream).findFirst();
    }

    /// Closes the window without asking.
    public void close() {
        close.run();
    }

    /// Called by the window: how it is closed.
    public void onClose(Runnable action) {
        close = action;
    }
}
