package dev.gantry.app.ui.look;

import dev.gantry.app.preferences.ThemeChoice;
import java.net.URL;
import java.util.Objects;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.scene.paint.Color;

/// A set of colours.
public enum Theme {
    LIGHT("light.css"),
    DARK("dark.css"),
    CONTRAST("contrast.css");

    private final String sheet;

    Theme(String sheet) {
        this.sheet = sheet;
    }

    /// A colour of this theme for what is drawn on a canvas; everything else takes it in a style sheet.
    ///
    /// @param name as the style sheets call it, such as `-g-series-1`
    public Color color(String name) {
        return ThemeColors.of(this, name);
    }

    /// The theme for a choice; [ThemeChoice#SYSTEM] asks the desktop. On the JavaFX thread.
    public static Theme of(ThemeChoice choice) {
        return switch (choice) {
            case LIGHT -> LIGHT;
            case DARK -> DARK;
            case CONTRAST -> CONTRAST;
            case SYSTEM -> {
                Platform.Preferences desktop = Platform.getPreferences();
                if (Boolean.TRUE.equals(desktop.get("Windows.SPI.HighContrast"))) {
                    yield CONTRAST;
                }
                yield desktop.getColorScheme() == ColorScheme.DARK ? DARK : LIGHT;
            }
        };
    }

    /// The style sheet with its colours.
    URL sheet() {
        return Objects.requireNonNull(Theme.class.getResource(sheet), sheet);
    }
}
