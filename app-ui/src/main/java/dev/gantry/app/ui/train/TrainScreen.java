package dev.gantry.app.ui.train;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.shell.Action;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenContent;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.shell.TourStop;
import java.util.List;
import javafx.scene.Parent;

/// Registers the Train screen.
public final class TrainScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.TRAIN, Icon.TRAIN, TrainScreen::new);
    private static final long PAUSE_MILLIS = 300;

    private final Services services;
    private final TrainViewModel model;
    private final TrainView view;

    private TrainScreen(Services services) {
        this.services = services;
        model = new TrainViewModel(
                services, new RunPlanner(services.home()), new QueuedStart(services.home()), PAUSE_MILLIS);
        view = new TrainView(services, model);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        model.refresh(destination);
    }

    @Override
    public void goOn() {
        model.start();
    }

    @Override
    public List<Action> commands() {
        return List.of(
                new Action(services.texts().get("train.start"), model::start),
                new Action(services.texts().get("train.copy"), model::copyCommand),
                new Action(services.texts().get("train.save"), model::save),
                new Action(services.texts().get("train.load"), view::load));
    }

    @Override
    public List<TourStop> tour() {
        return List.of(
                new TourStop("", view::simple),
                new TourStop("advanced", () -> view.advanced("optimizer")),
                new TourStop("memory", () -> {
                    view.simple();
                    model.set("machine.device_memory", "8MiB");
                }),
                new TourStop("fits", model::resetAll));
    }

    @Override
    public void close() {
        model.close();
    }
}
