package dev.gantry.app.ui.tour;

import dev.gantry.app.preferences.Language;
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
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.image.WritableImage;
import javax.imageio.ImageIO;

/// Takes pictures of every screen in the themes asked for.
///
/// Runs on a thread of its own; the window lives on the JavaFX thread.
public final class Tour {
    /// Long enough for what a screen reads from the disk, on a busy machine.
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int QUIET_PULSES = 4;

    private final MainWindow window;
    private final Path folder;
    private final List<Path> pictures = new ArrayList<>();

    /// @param folder where the pictures go
    public Tour(MainWindow window, Path folder) {
        this.window = window;
        this.folder = folder;
    }

    /// @return the files, in the order they were taken
    public List<Path> take(List<ThemeChoice> themes, Language language, int textSizePercent) throws IOException {
        Files.createDirectories(folder);
        for (ThemeChoice theme : themes) {
            onWindow(() -> {
                window.preferences()
                        .change(now ->
                                now.withTheme(theme).withLanguage(language).withTextSizePercent(textSizePercent));
                return true;
            });
            for (ScreenName screen : window.screenNames()) {
                photograph(screen, theme);
            }
        }
        return List.copyOf(pictures);
    }

    private void photograph(ScreenName screen, ThemeChoice theme) throws IOException {
        List<TourStop> stops = onWindow(() -> {
            window.go(new Destination.Front(screen));
            return window.content(screen).tour();
        });
        for (TourStop stop : stops) {
            onWindow(() -> {
                stop.prepare().run();
                return true;
            });
            awaitQuiet();
            WritableImage image = onWindow(() -> window.scene().snapshot(null));
            String name = "%d-%s%s-%s.png"
                    .formatted(
                            window.screenNames().indexOf(screen) + 1,
                            screen.key(),
                            stop.name().isEmpty() ? "" : "-" + stop.name(),
                            theme.name().toLowerCase(Locale.ROOT));
            Path file = folder.resolve(name);
            ImageIO.write(SwingFXUtils.fromFXImage(image, null), "png", file.toFile());
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
