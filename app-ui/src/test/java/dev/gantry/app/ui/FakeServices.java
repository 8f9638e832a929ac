package dev.gantry.app.ui;

import dev.gantry.app.library.CatalogAccess;
import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.run.RunMonitor;
import dev.gantry.app.run.Runs;
import dev.gantry.app.serving.Serving;
import dev.gantry.app.ui.look.Theme;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Navigation;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.shell.WindowStatus;
import dev.gantry.app.ui.task.BackgroundTasks;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.GantryHome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javafx.beans.property.SimpleObjectProperty;

/// Services for the test of a view model: no toolkit, and every background task is done at once.
public final class FakeServices implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    public final FakeHost host = new FakeHost();
    public final FakeNotices notices = new FakeNotices();
    public final WindowStatus status = new WindowStatus();
    public final List<Destination> visited = new ArrayList<>();
    public final List<GantryException> failures = new ArrayList<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final CatalogAccess catalog;
    private final Serving serving;
    private final Services services;

    /// @param folder becomes the home folder
    public FakeServices(Path folder) {
        this(Runs.of(new GantryHome(folder)));
    }

    /// With runs that are trained by a Java of the test's own; the monitor looks when the test says so.
    public FakeServices(Runs runs) {
        GantryHome home = runs.home();
        catalog = new CatalogAccess(home, repair -> {});
        serving = new Serving(runs.jvm());
        services = new Services(
                Texts.load(Locale.ENGLISH, MainWindow.folders(Screens.all())),
                new SimpleObjectProperty<>(Theme.LIGHT),
                new BackgroundTasks(Runnable::run, Runnable::run, failures::add),
                new EverywhereNavigation(),
                notices,
                host,
                status,
                PreferenceStore.open(home.folder().resolve("settings.json"), Runnable::run),
                catalog,
                new RunMonitor(runs),
                serving,
                home,
                ((InstantSource) now::get).withZone(ZoneOffset.UTC));
    }

    /// What the catalog of the home folder holds, for tests that put something in or look.
    public CatalogAccess catalog() {
        return catalog;
    }

    /// Lets the clock of the window go on; it stands still otherwise.
    public void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    public Services services() {
        return services;
    }

    private final class EverywhereNavigation implements Navigation {
        @Override
        public void go(Destination destination) {
            visited.add(destination);
        }

        @Override
        public boolean has(ScreenName screen) {
            return true;
        }
    }

    @Override
    public void close() {
        serving.stop();
        catalog.close();
    }
}
