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

    /// The language of the window changes: this is shown no longer. What goes on here may go on, for [#successor] or
    /// until [#close].
    default void leave() {
        close();
    }

    /// What stands in this one's place in another language, where what goes on here goes on.
    ///
    /// @param screen this one's registration
    default ScreenContent successor(Screen screen, Services services) {
        return screen.open().apply(services);
    }

    /// The window is closed: stop what runs for this screen alone. After [#leave] it may be called once more.
    @Override
    default void close() {}
}
