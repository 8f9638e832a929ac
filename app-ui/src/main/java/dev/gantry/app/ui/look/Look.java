package dev.gantry.app.ui.look;

import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.preferences.Preferences;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javafx.application.Platform;
import javafx.beans.InvalidationListener;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.Scene;

/// Gives a scene the colours, fonts and text size that the user chose, and keeps them right when they change.
public final class Look {
    private static final double BASE_TEXT_PX = 14;

    private final List<String> sheets;
    private final PreferenceStore preferences;
    private final ReadOnlyObjectWrapper<Theme> theme = new ReadOnlyObjectWrapper<>(Theme.LIGHT);
    private final Runnable unsubscribe;
    private final List<Scene> scenes = new ArrayList<>();
    // the desktop keeps a weak hold of its listeners only as long as somebody else holds them
    private final InvalidationListener desktop = change -> Platform.runLater(this::applyAll);

    /// @param folders resource folders whose `style.css` is used where there is one
    public Look(List<String> folders, PreferenceStore preferences) {
        this.preferences = preferences;
        List<String> found = new ArrayList<>();
        found.add(sheet("controls.css"));
        for (String folder : folders) {
            URL style = Look.class.getResource(folder + "/style.css");
            if (style != null) {
                found.add(style.toExternalForm());
            }
        }
        this.sheets = List.copyOf(found);
        Fonts.load();
        unsubscribe = preferences.onChange(changed -> applyAll());
        Platform.getPreferences().addListener(desktop);
    }

    /// The theme that is shown now; a canvas draws with its colours.
    public ReadOnlyObjectProperty<Theme> themeProperty() {
        return theme.getReadOnlyProperty();
    }

    public void apply(Scene scene) {
        scenes.add(scene);
        apply(scene, preferences.current());
    }

    /// Lets go of everything.
    public void close() {
        unsubscribe.run();
        Platform.getPreferences().removeListener(desktop);
        scenes.clear();
    }

    /// Applies everything again, after a scene got another root.
    public void refresh() {
        applyAll();
    }

    private void applyAll() {
        scenes.forEach(scene -> apply(scene, preferences.current()));
    }

    private void apply(Scene scene, Preferences chosen) {
        theme.set(Theme.of(chosen.theme()));
        List<String> all = new ArrayList<>();
        all.add(theme.get().sheet().toExternalForm());
        all.addAll(sheets);
        if (!scene.getStylesheets().equals(all)) {
            scene.getStylesheets().setAll(all);
        }
        String size = "-fx-font-size: " + BASE_TEXT_PX * chosen.textSizePercent() / 100 + "px;";
        if (!size.equals(scene.getRoot().getStyle())) {
            scene.getRoot().setStyle(size);
        }
    }

    private static String sheet(String name) {
        return Objects.requireNonNull(Look.class.getResource(name), name).toExternalForm();
    }
}
