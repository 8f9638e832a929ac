package dev.gantry.app.ui.tour;

import dev.gantry.app.preferences.Language;
import dev.gantry.app.preferences.Preferences;
import dev.gantry.app.preferences.ThemeChoice;
import dev.gantry.app.ui.MainWindow;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.TourStop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javafx.application.Platform;
import javafx.scene.image.WritableImage;

/// Takes pictures of every screen in the themes asked for.
///
/// Runs on a thread of its own; the window lives on the JavaFX thread.
public final class Tour {
    /// Long enough for what a screen reads from the disk, on a busy machine.
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int QUIET_PULSES = 4;

    private final MainWindow window;
    private final Path folder;
    private final boolean acts;
    private final List<Path> pictures = new ArrayList<>();

    /// @param folder where the pictures go
    /// @param acts whether the tour does what its user would, for the pictures of what becomes of it
    public Tour(MainWindow window, Path folder, boolean acts) {
        this.window = window;
        this.folder = folder;
        this.acts = acts;
    }

    /// Takes the pictures, and leaves theme, language and size of the text as they were.
    ///
    /// @return the files, in the order they were taken
    public List<Path> take(List<ThemeChoice> themes, Language language, int textSizePercent) throws IOException {
        Files.createDirectories(folder);
        Preferences before = onWindow(() -> window.preferences().current());
        try {
            takeAll(themes, language, textSizePercent);
        } finally {
            change(before.theme(), before.language(), before.textSizePercent());
        }
        return List.copyOf(pictures);
    }

    private void takeAll(List<ThemeChoice> themes, Language language, int textSizePercent) throws IOException {
        for (ThemeChoice theme : themes) {
            change(theme, language, textSizePercent);
            List<ScreenName> screens = window.screenNames();
            onWindow(() -> {
                window.go(new Destination.Front(screens.getFirst()));
                return true;
            });
            photograph("0-window", onWindow(window::tour), theme);
            for (ScreenName screen : screens) {
                List<TourStop> stops = onWindow(() -> {
                    window.go(new Destination.Front(screen));
                    return window.content(screen).tour();
                });
                photograph((screens.indexOf(screen) + 1) + "-" + screen.key(), stops, theme);
            }
        }
    }

    private void change(ThemeChoice theme, Language language, int textSizePercent) {
        onWindow(() -> {
            window.preferences()
                    .change(now -> now.withTheme(theme).withLanguage(language).withTextSizePercent(textSizePercent));
            return true;
        });
    }

    private void photograph(String of, List<TourStop> stops, ThemeChoice theme) throws IOException {
        for (TourStop stop : stops) {
            if (stop.acts() && !acts) {
                continue;
            }
            onWindow(() -> {
                stop.prepare().run();
                return true;
            });
            awaitQuiet();
            WritableImage image = onWindow(() -> window.scene().snapshot(null));
            String name = stop.name().isEmpty() ? of : of + "-" + stop.name();
            Path file = folder.resolve(name + "-" + theme.name().toLowerCase(Locale.ROOT) + ".png");
            Picture.write(image, file);
            pictures.add(file);
        }
    }

    /// Waits until no background task runs and a few frames have passed.
    private void awaitQuiet() {
        long end = System.nanoTime() + PATIENCE_NANOS;
        int quiet = 0;
        while (quiet < QUIET_PULSES && System.nanoTime() < end) {
            quiet = onWindow(() -> window.tasks().running().isEmpty()) ? quiet + 1 : 0;
            try {
                Thread.sleep(40);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static <T> T onWindow(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Platform.runLater(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the tour was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? new UncheckedIOException(io) : new IllegalStateException(e);
        }
    }
}
