package dev.gantry.app.ui.shell;

import java.util.List;
import javafx.scene.Parent;

/// An open screen.
public interface ScreenContent extends AutoCloseable {
    Parent root();

    /// The screen has come to the front; `destination` says what it should show.
    default void shown(Destination destination) {}

    /// Another screen has come to the front.
    default void hidden() {}

    /// The main thing this screen does now, or the next step of it: Ctrl+Enter, wherever the focus is.
    default void goOn() {}

    /// What the command palette offers while this screen is at the front.
    default List<Action> commands() {
        return List.of();
    }

    /// The pictures that a tour takes of this screen; each one is prepared on the JavaFX thread, then taken once no
    /// background task is running.
    default List<TourStop> tour() {
        return List.of(new TourStop("", () -> {}));
    }

    /// The language of the window has changed, and this stands where `before` stood: what goes on there goes on here.
    default void follow(ScreenContent before) {}

    /// The window is closed or its language changes: stop what runs for this screen alone.
    @Override
    default void close() {}
}
