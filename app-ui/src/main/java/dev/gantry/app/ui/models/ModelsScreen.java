package dev.gantry.app.ui.models;

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

/// Registers the Models screen.
public final class ModelsScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.MODELS, Icon.MODELS, ModelsScreen::new);

    private final Services services;
    private final ModelsViewModel model;
    private final ModelsView view;

    private ModelsScreen(Services services) {
        this.services = services;
        model = new ModelsViewModel(services);
        view = new ModelsView(services, model);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        switch (destination) {
            case Destination.ShowModel show -> model.refresh(show.model());
            case Destination.AddModel add -> {
                model.refresh("");
                model.chooseFolder();
            }
            case Destination other -> model.refresh("");
        }
    }

    @Override
    public ScreenContent successor(Screen screen, Services services) {
        ModelsScreen next = new ModelsScreen(services);
        next.model.download().follow(model.download());
        return next;
    }

    @Override
    public List<Action> commands() {
        return List.of(
                new Action(services.texts().get("models.add"), model::chooseFolder),
                new Action(services.texts().get("models.hub"), model.download()::show),
                new Action(services.texts().get("models.forget"), model::forget));
    }

    @Override
    public List<TourStop> tour() {
        return List.of(
                new TourStop("", () -> {
                    model.download().hide();
                    model.tokenizer().textProperty().set(services.texts().get("models.tokenizer.example"));
                }),
                new TourStop("download", model.download()::show));
    }

    @Override
    public void close() {
        model.close();
    }
}
