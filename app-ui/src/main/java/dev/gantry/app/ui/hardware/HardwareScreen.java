package dev.gantry.app.ui.hardware;

import dev.gantry.app.machine.MachineExamination;
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

/// Registers the Hardware screen.
public final class HardwareScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.HARDWARE, Icon.HARDWARE, HardwareScreen::new);

    private final Services services;
    private final HardwareViewModel model;
    private final HardwareView view;

    private HardwareScreen(Services services) {
        this.services = services;
        model = new HardwareViewModel(
                services, new MachineExamination(services.home().folder()));
        view = new HardwareView(services.texts(), model);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        model.look();
    }

    @Override
    public List<Action> commands() {
        return List.of(
                new Action(services.texts().get("hardware.measure"), model::measure),
                new Action(services.texts().get("hardware.copy"), model::copyReport));
    }

    @Override
    public List<TourStop> tour() {
        return List.of(new TourStop("", () -> {}), new TourStop("measured", model::measure));
    }
}
