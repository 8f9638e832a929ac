package dev.gantry.app.ui.shell;

import dev.gantry.app.ui.text.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Objects;
import javafx.fxml.FXMLLoader;
import javafx.scene.Parent;

/// Loads the FXML that lies beside a view under the same name.
public final class Fxml {
    private Fxml() {}

    /// @param view gets the nodes into its `@FXML` fields, then its `initialize()` is called
    public static Parent load(Object view, Texts texts) {
        String name = view.getClass().getSimpleName() + ".fxml";
        URL location = Objects.requireNonNull(view.getClass().getResource(name), name);
        FXMLLoader loader = new FXMLLoader(location, texts.bundle());
        loader.setController(view);
        try {
            return loader.load();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot build " + name, e);
        }
    }
}
