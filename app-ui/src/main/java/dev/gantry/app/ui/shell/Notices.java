package dev.gantry.app.ui.shell;

import dev.gantry.engine.GantryException;
import java.util.List;

/// Messages of the window, over whatever screen is at the front. Called on the JavaFX thread.
public interface Notices {
    /// A short message that goes away by itself.
    void info(String text);

    /// A short message with one thing to do about it, such as *Undo*.
    void info(String text, Choice choice);

    /// An error card; a screen that has a better place for it shows an [dev.gantry.app.ui.control.ErrorCard] itself.
    ///
    /// @param fixes buttons that mend it, most likely first
    void failure(GantryException failure, List<Choice> fixes);

    void ask(Question question);
}
