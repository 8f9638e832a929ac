package dev.gantry.app.ui.hardware;

import dev.gantry.app.machine.MachineExamination;
import dev.gantry.app.selftest.SelfTest;
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
import javafx.scene.layout.StackPane;

/// Registers the Hardware screen.
public final class HardwareScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.HARDWARE, Icon.HARDWARE, HardwareScreen::new);

    private final Services services;
    private final HardwareViewModel model;
    private final SelfTestViewModel selfTest;
    private final Parent machine;
    private final Parent checks;
    private final StackPane root;

    private HardwareScreen(Services services) {
        this.services = services;
        model = new HardwareViewModel(
                services, new MachineExamination(services.home().folder()));
        selfTest = new SelfTestViewModel(services, new SelfTest(services.home(), true));
        machine = new HardwareView(services, model).root();
        checks = new SelfTestView(services.texts(), selfTest).root();
        root = new StackPane(machine);
    }

    @Override
    public Parent root() {
        return root;
    }

    @Override
    public void shown(Destination destination) {
        if (destination instanceof Destination.CheckMachine(boolean begin)) {
            root.getChildren().setAll(checks);
            if (begin) {
                selfTest.run();
            }
        } else {
            root.getChildren().setAll(machine);
            model.look();
        }
    }

    @Override
    public List<Action> commands() {
        return List.of(
                new Action(services.texts().get("hardware.measure"), model::measure),
                new Action(services.texts().get("hardware.copy"), model::copyReport));
    }

    @Override
    public List<TourStop> tour() {
        return List.of(
                new TourStop("", () -> {}),
                TourStop.acting("measured", model::measure),
                new TourStop("welcome", () -> shown(new Destination.CheckMachine(false))),
                TourStop.acting("self-test", () -> shown(new Destination.CheckMachine(true))));
    }
}
