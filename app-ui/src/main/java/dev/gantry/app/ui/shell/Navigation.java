package dev.gantry.app.ui.shell;

/// Brings screens to the front.
public interface Navigation {
    /// Goes to `destination`; does nothing when its screen is not registered.
    void go(Destination destination);

    default void go(ScreenName screen) {
        go(new Destination.Front(screen));
    }

    /// Whether the screen is there; a button that leads to a missing screen is not shown.
    boolean has(ScreenName screen);
}
