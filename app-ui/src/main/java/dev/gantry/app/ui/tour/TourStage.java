package dev.gantry.app.ui.tour;

import dev.gantry.app.preferences.Language;
import dev.gantry.app.preferences.ThemeChoice;
import dev.gantry.app.ui.GantryWindow;
import dev.gantry.app.ui.MainWindow;
import dev.gantry.app.ui.Screens;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javafx.application.Platform;
import javafx.stage.Stage;

/// A window that nobody sees, for a tour.
public final class TourStage {
    private TourStage() {}

    /// What a tour is asked to show.
    ///
    /// @param acts whether the tour does what its user would, such as asking the model or exporting a run
    /// @param width of the window in pixels, at most 1000 high on JavaFX's own headless platform
    public record Settings(
            boolean acts, List<ThemeChoice> themes, Language language, int textSizePercent, int width, int height) {}

    /// Opens a window on `home` without a display, takes the pictures, and closes it.
    public static List<Path> take(GantryHome home, Path folder, Settings settings) throws IOException {
        System.setProperty("glass.platform", "Headless");
        System.setProperty("prism.order", "sw");
        CompletableFuture<MainWindow> opened = new CompletableFuture<>();
        GantryWindow.startToolkit(() -> {
            try {
                Stage stage = new Stage();
                stage.setX(0);
                stage.setY(0);
                stage.setWidth(settings.width());
                stage.setHeight(settings.height());
                MainWindow window = new MainWindow(Screens.all(), home, new NoHost());
                stage.setOnHidden(event -> window.close());
                window.showIn(stage);
                opened.complete(window);
            } catch (RuntimeException e) {
                opened.completeExceptionally(e);
            }
        });
        MainWindow window = opened.join();
        try {
            return new Tour(window, folder, settings.acts())
                    .take(settings.themes(), settings.language(), settings.textSizePercent());
        } finally {
            Platform.runLater(() -> window.scene().getWindow().hide());
            Platform.exit();
        }
    }
}
