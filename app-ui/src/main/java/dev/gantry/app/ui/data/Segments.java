package dev.gantry.app.ui.data;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import javafx.beans.property.Property;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.HBox;

/// One choice of a few, side by side.
final class Segments<T> extends HBox {
    /// @param id begins the id of every button
    Segments(String id, Property<T> value, List<T> choices, Function<T, String> words) {
        getStyleClass().add("segments");
        setMaxWidth(USE_PREF_SIZE);
        for (T choice : choices) {
            ToggleButton button = new ToggleButton(words.apply(choice));
            button.setId(id + "-" + choice.toString().toLowerCase(Locale.ROOT));
            button.setMinWidth(USE_PREF_SIZE);
            button.setOnAction(event -> {
                value.setValue(choice);
                button.setSelected(true);
            });
            value.subscribe(now -> button.setSelected(choice.equals(now)));
            getChildren().add(button);
        }
    }

    /// One sentence about the choice.
    void setHelp(String text) {
        getChildren().forEach(button -> button.setAccessibleHelp(text));
    }
}
