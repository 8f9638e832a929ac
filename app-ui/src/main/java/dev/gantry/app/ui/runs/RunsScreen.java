package dev.gantry.app.ui.runs;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenContent;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.shell.TourStop;
import java.util.List;
import javafx.scene.Parent;

/// Registers the Runs screen.
public final class RunsScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.RUNS, Icon.RUNS, RunsScreen::new);

    private final RunsViewModel model;
    private final RunsView view;

    private RunsScreen(Services services) {
        model = new RunsViewModel(services);
        view = new RunsView(services, model);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        model.setShown(true);
        if (destination instanceof Destination.ShowRun(var run)) {
            model.choose(run.toAbsolutePath().normalize());
        }
    }

    @Override
    public void hidden() {
        model.setShown(false);
    }

    @Override
    public List<TourStop> tour() {
        return List.of(
                new TourStop("", () -> view.showTab(0)),
                new TourStop("samples", () -> view.showTab(1)),
                new TourStop("files", () -> view.showTab(2)),
                new TourStop("log", () -> view.showTab(3)),
                new TourStop("settings", () -> view.showTab(4)),
                new TourStop("compared", view::compareFirst));
    }

    @Override
    public void close() {
        model.close();
    }
}
