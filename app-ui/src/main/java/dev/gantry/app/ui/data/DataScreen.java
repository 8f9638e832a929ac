package dev.gantry.app.ui.data;

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

/// Registers the Data screen.
public final class DataScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.DATA, Icon.DATA, DataScreen::new);

    private final Services services;
    private final DataViewModel model;
    private final DataView view;

    private DataScreen(Services services) {
        this.services = services;
        model = new DataViewModel(services);
        view = new DataView(services, model);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        model.refresh();
        if (destination instanceof Destination.CheckData(var file)) {
            model.open(file);
        }
    }

    @Override
    public void goOn() {
        view.goOn();
    }

    @Override
    public List<Action> commands() {
        return List.of(
                new Action(services.texts().get("data.choose"), view::choose),
                new Action(services.texts().get("data.sample"), model.shelf()::openSample));
    }

    @Override
    public List<TourStop> tour() {
        return List.of(
                new TourStop("", model::close),
                TourStop.acting("detect", model.shelf()::openSample),
                TourStop.acting("map", () -> model.go(Step.MAP)),
                TourStop.acting("check", () -> model.go(Step.CHECK)),
                TourStop.acting("split", () -> model.go(Step.SPLIT)));
    }

    @Override
    public void close() {
        model.check().stop();
    }
}
