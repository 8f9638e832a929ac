package dev.gantry.app.ui.look;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import javafx.scene.text.Font;

/// The fonts that come with the program, so that the window looks the same on every system.
public final class Fonts {
    /// The family names that style sheets use are in the files themselves.
    private static final List<String> FILES = List.of(
            "InterTabular-Regular.otf",
            "InterTabular-Medium.otf",
            "InterTabular-SemiBold.otf",
            "JetBrainsMono-Regular.ttf");

    private Fonts() {}

    /// Makes the families `Inter Tabular`, `Inter Tabular Medium`, `Inter Tabular SemiBold` and `JetBrains Mono` known.
    public static void load() {
        for (String file : FILES) {
            try (InputStream in = Objects.requireNonNull(Fonts.class.getResourceAsStream(file), file)) {
                Font.loadFont(in, 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
