package dev.gantry.app.ui.control;

import javafx.application.Platform;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.value.ObservableValue;
import javafx.css.PseudoClass;
import javafx.scene.layout.Region;
import javafx.scene.text.Font;

/// Whether a screen has less room than it would like, which its style sheet hears as the pseudo-class `narrow`.
///
/// Room is counted in letters: a wide window with large text is narrow.
public final class Narrow {
    private static final PseudoClass NARROW = PseudoClass.getPseudoClass("narrow");

    private Narrow() {}

    /// @param letter the font of something in the screen that is always shown
    /// @param widthEm what the screen would like, in sizes of that font
    public static ReadOnlyBooleanProperty watch(Region screen, ObservableValue<Font> letter, double widthEm) {
        ReadOnlyBooleanWrapper narrow = new ReadOnlyBooleanWrapper();
        narrow.subscribe(now -> screen.pseudoClassStateChanged(NARROW, now));
        // later, because both are heard in the middle of a pass over styles, which would miss the change
        Runnable look = () -> Platform.runLater(() -> narrow.set(screen.getWidth() > 0
                && screen.getWidth() < widthEm * letter.getValue().getSize()));
        screen.widthProperty().subscribe(look);
        letter.subscribe(look);
        return narrow.getReadOnlyProperty();
    }
}
