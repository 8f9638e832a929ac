package dev.gantry.app.ui;

import dev.gantry.app.preferences.Language;
import dev.gantry.app.preferences.ThemeChoice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.GantryHome;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.stage.Stage;
import org.testfx.api.FxRobot;
import org.testfx.api.FxToolkit;
import org.testfx.util.WaitForAsyncUtils;

/// The real window on the headless platform, with a robot at its keys and mouse.
public final class OpenWindow implements AutoCloseable {
    private static final double WIDTH = 1000;
    private static final double HEIGHT = 760;
    private static final int PATIENCE_SECONDS = 60;

    public final FakeHost host = new FakeHost();
    public final FxRobot robot = new FxRobot();
    public final MainWindow window;
    private final Stage stage;

    private OpenWindow(List<Screen> screens, Path home, Function<Locale, Texts> texts) {
        try {
            FxToolkit.registerPrimaryStage();
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
        record Shown(MainWindow window, Stage stage) {}
        Shown shown = onWindow(() -> {
            MainWindow made = new MainWindow(screens, new GantryHome(home), host, texts);
            // the language and colours of the machine that runs the test must not matter
            made.preferences().change(now -> now.withLanguage(Language.ENGLISH).withTheme(ThemeChoice.LIGHT));
            Stage over = new Stage();
            over.setX(0);
            over.setY(0);
            over.setWidth(WIDTH);
            over.setHeight(HEIGHT);
            made.showIn(over);
            return new Shown(made, over);
        });
        window = shown.window();
        stage = shown.stage();
        robot.targetWindow(stage);
        settle();
    }

    /// The whole window on the home folder `home`.
    public static OpenWindow on(Path home) {
        return with(Screens.all(), home);
    }

    public static OpenWindow with(List<Screen> screens, Path home) {
        return new OpenWindow(screens, home, locale -> Texts.load(locale, MainWindow.folders(screens)));
    }

    /// The whole window in a language of the test's own.
    public static OpenWindow speaking(Path home, Function<Locale, Texts> texts) {
        return new OpenWindow(Screens.all(), home, texts);
    }

    public static <T> T onWindow(Callable<T> work) {
        return WaitForAsyncUtils.waitForAsyncFx(PATIENCE_SECONDS * 1000L, work);
    }

    /// Opens a screen and waits until it has read what it shows.
    public void go(ScreenName screen) {
        onWindow(() -> {
            window.go(new Destination.Front(screen));
            return true;
        });
        settle();
    }

    /// Waits until no background task runs and the window has caught up.
    public void settle() {
        until(() -> window.tasks().running().isEmpty());
        WaitForAsyncUtils.waitForFxEvents();
    }

    /// Waits until `condition` holds, looked at on the JavaFX thread.
    public void until(Callable<Boolean> condition) {
        try {
            WaitForAsyncUtils.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS, () -> onWindow(condition));
        } catch (TimeoutException e) {
            throw new AssertionError("it did not happen within " + PATIENCE_SECONDS + " s", e);
        }
    }

    /// The node with the id or style that TestFX's query names.
    public Node find(String query) {
        return robot.from(window.scene().getRoot()).lookup(query).query();
    }

    /// The same for a node of a known type.
    public <T extends Node> T find(String query, Class<T> type) {
        return type.cast(find(query));
    }

    /// Whether each of `texts` can be read somewhere in the window.
    public boolean shows(String... texts) {
        return onWindow(() -> SceneWalk.texts(window.scene().getRoot())).containsAll(List.of(texts));
    }

    /// Waits until each of `texts` can be read somewhere in the window: what a list has got is there before its cells
    /// are.
    public void untilItShows(String... texts) {
        try {
            until(() -> shows(texts));
        } catch (AssertionError e) {
            List<String> seen = onWindow(() -> SceneWalk.texts(window.scene().getRoot()));
            throw new AssertionError("the window shows " + seen + ", not all of " + List.of(texts), e);
        }
    }

    /// The controls at the front that those who hear the window could not tell apart.
    public List<Node> unnamed() {
        return onWindow(() -> SceneWalk.unnamedControls(window.scene().getRoot()));
    }

    @Override
    public void close() {
        settle();
        onWindow(() -> {
            stage.hide();
            window.close();
            return true;
        });
    }
}
