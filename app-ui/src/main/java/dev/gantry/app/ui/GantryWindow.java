package dev.gantry.app.ui;

import dev.gantry.app.instance.OneWindow;
import dev.gantry.app.preferences.Preferences;
import dev.gantry.app.ui.frame.JavaFxHost;
import dev.gantry.app.ui.frame.Welcome;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.application.Platform;
import javafx.geometry.Rectangle2D;
import javafx.stage.Screen;
import javafx.stage.Stage;

/// Opens the window and waits until it is closed.
public final class GantryWindow {
    private static final System.Logger LOG = System.getLogger(GantryWindow.class.getName());
    private static final double WIDTH = 1280;
    private static final double HEIGHT = 820;
    private static final double MIN_WIDTH = 800;
    private static final double MIN_HEIGHT = 560;
    /// Says once that JavaFX lies on the class path, which is as meant; held so that its level stays.
    private static final Logger JAVAFX = Logger.getLogger("javafx");

    private GantryWindow() {}

    /// Whether a window could be shown here.
    public static boolean hasDisplay() {
        return hasDisplay(
                System.getProperty("os.name"),
                System.getenv().getOrDefault("DISPLAY", ""),
                System.getenv().getOrDefault("WAYLAND_DISPLAY", ""));
    }

    /// Whether a window could be shown on such a system.
    ///
    /// @param display the values of `DISPLAY` and `WAYLAND_DISPLAY`, empty when not set
    public static boolean hasDisplay(String operatingSystem, String display, String waylandDisplay) {
        boolean x11 = !operatingSystem.startsWith("Windows") && !operatingSystem.startsWith("Mac");
        return !x11 || !display.isBlank() || !waylandDisplay.isBlank();
    }

    /// Returns when the user has closed the window.
    ///
    /// @param settings of a run, to show in the Train form
    /// @return false when another process has the window of this home open and has brought it to the front instead
    /// @throws GantryException when the system cannot show one
    public static boolean runUntilClosed(GantryHome home, Optional<Path> settings) {
        try {
            Optional<OneWindow> right = OneWindow.takeOrAsk(
                    home, OneWindow.PATIENCE, settings.map(Path::toString).orElse(""));
            if (right.isEmpty()) {
                return false;
            }
            try (OneWindow one = right.get()) {
                CompletableFuture<Void> closed = new CompletableFuture<>();
                readAhead(home);
                startToolkit(() -> open(home, one, settings, closed));
                closed.join();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Platform.exit();
        return true;
    }

    /// While the toolkit starts, a second core reads what the window needs next, so that the classes are ready then.
    private static void readAhead(GantryHome home) {
        Thread.ofPlatform().daemon().name("gantry-read-ahead").start(() -> {
            try {
                Preferences chosen = MainWindow.preferences(home, Runnable::run).current();
                Texts.load(chosen.language().locale(Locale.getDefault()), MainWindow.folders(Screens.all()));
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "the window will say what is wrong", e);
            }
        });
    }

    /// Starts JavaFX and runs `first` on its thread.
    ///
    /// @throws GantryException when the system cannot show a window
    public static void startToolkit(Runnable first) {
        JAVAFX.setLevel(Level.SEVERE);
        try {
            Platform.startup(first);
        } catch (RuntimeException e) {
            throw GantryException.environment(
                            "NO-WINDOW",
                            "the window cannot be opened",
                            String.valueOf(e.getMessage()),
                            "on Linux install GTK 3 (libgtk-3-0) and check DISPLAY; every screen has a command too, see"
                                    + " gantry --help")
                    .causedBy(e);
        }
    }

    private static void open(GantryHome home, OneWindow one, Optional<Path> settings, CompletableFuture<Void> closed) {
        try {
            Stage stage = new Stage();
            MainWindow[] window = new MainWindow[1];
            window[0] = new MainWindow(
                    Screens.all(),
                    home,
                    new JavaFxHost(
                            stage,
                            folder ->
                                    Platform.runLater(() -> window[0].notices().info(folder.toString()))));
            Rectangle2D screen = Screen.getPrimary().getVisualBounds();
            stage.setWidth(Math.min(WIDTH, screen.getWidth()));
            stage.setHeight(Math.min(HEIGHT, screen.getHeight()));
            stage.setMinWidth(Math.min(MIN_WIDTH, screen.getWidth()));
            stage.setMinHeight(Math.min(MIN_HEIGHT, screen.getHeight()));
            stage.setOnHidden(event -> {
                window[0].close();
                closed.complete(null);
            });
            Welcome welcome = window[0].welcome();
            if (settings.isEmpty()) {
                welcome.show(); // whoever opens a file wants to see that
            }
            window[0].showIn(stage);
            settings.ifPresent(file -> window[0].go(new Destination.OpenSettings(file)));
            new FirstPulses(() -> {
                        LOG.log(System.Logger.Level.DEBUG, "the window is usable");
                        window[0].prepare();
                        welcome.begin();
                    })
                    .start();
            one.answer(file -> Platform.runLater(() -> {
                bringToFront(stage);
                if (!file.isEmpty()) {
                    window[0].go(new Destination.OpenSettings(Path.of(file)));
                }
            }));
        } catch (RuntimeException e) {
            closed.completeExceptionally(e);
        }
    }

    private static void bringToFront(Stage stage) {
        stage.setIconified(false);
        stage.toFront();
        stage.requestFocus();
    }
}
