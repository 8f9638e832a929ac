package dev.gantry.app.ui.control;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javafx.beans.property.ObjectProperty;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;

/// One choice of a few, side by side; exactly one is always chosen.
public final class Segments {
    private Segments() {}

    /// Fills `row`, which has the style class `segments`.
    ///
    /// @param what the choice is about, for those who hear the window
    /// @param name of a choice, in the user's language
    public static <T> void fill(
            HBox row, String what, List<T> choices, Function<T, String> name, ObjectProperty<T> chosen) {
        ToggleGroup group = new ToggleGroup();
        row.setMaxWidth(Region.USE_PREF_SIZE);
        for (T choice : choices) {
            ToggleButton button = new ToggleButton(name.apply(choice));
            button.setToggleGroup(group);
            button.setAccessibleText(what + ": " + name.apply(choice));
            button.setMinWidth(Region.USE_PREF_SIZE);
            chosen.subscribe(now -> button.setSelected(Objects.equals(now, choice)));
            button.setOnAction(event -> {
                chosen.set(choice);
                button.setSelected(true);
            });
            row.getChildren().add(button);
        }
    }
}
