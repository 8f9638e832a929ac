package dev.gantry.app.ui.shell;

/// One picture of a screen.
///
/// @param name behind the screen's name in the name of the file; empty for the screen as it opens
/// @param acts whether preparing it writes, measures or starts something, as its user would; a tour of the user's own
///     home leaves it out
public record TourStop(String name, boolean acts, Runnable prepare) {
    /// A picture of what is there.
    public TourStop(String name, Runnable prepare) {
        this(name, false, prepare);
    }

    /// A picture of what became of something that the tour did.
    public static TourStop acting(String name, Runnable prepare) {
        return new TourStop(name, true, prepare);
    }
}
