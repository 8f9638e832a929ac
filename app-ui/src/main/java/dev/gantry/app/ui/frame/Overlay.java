package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.engine.GantryException;
import java.util.List;

/// What can lie over the whole window, one at a time.
sealed interface Overlay {
    record Ask(Question question) implements Overlay {}

    record Failed(GantryException failure, List<Choice> fixes) implements Overlay {}

    /// The command palette.
    record Palette() implements Overlay {}

    /// A pointer at one entry of the rail.
    ///
    /// @param number among [Marks#SCREENS], from 0
    record Mark(int number) implements Overlay {}

    /// @param title what the help is about, such as the name of a field
    record Help(String title, String text) implements Overlay {}
}
