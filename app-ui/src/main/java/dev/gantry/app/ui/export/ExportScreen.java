package dev.gantry.app.ui.export;

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

/// Registers the Export screen.
public final class ExportScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.EXPORT, Icon.EXPORT, ExportScreen::new);

    private final Services services;
    private final ExportViewModel model;
    private final ExportView view;

    private ExportScreen(Services services) {
        this.services = services;
        model = new ExportViewModel(
                services,
                new ExportPreviewer(
                        services.home(), new MachineExamination(services.home().folder()), services.clock()));
        view = new ExportView(services, model);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        model.source().refresh(destination instanceof Destination.ExportRun(var run) ? run : null);
    }

    @Override
    public void goOn() {
        model.export();
    }

    @Override
    public List<Action> commands() {
        return List.of(
                new Action(services.texts().get("export.start"), model::export),
                new Action(services.texts().get("export.copy"), model::copyCommand));
    }

    @Override
    public List<TourStop> tour() {
        return List.of(new TourStop("", model::another), TourStop.acting("receipt", model::export));
    }
}
