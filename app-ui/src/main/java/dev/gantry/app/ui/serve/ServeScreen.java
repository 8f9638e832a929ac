package dev.gantry.app.ui.serve;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.shell.Action;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenContent;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.shell.TourStop;
import dev.gantry.app.ui.text.Texts;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Parent;

/// Registers the Serve screen.
public final class ServeScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.SERVE, Icon.SERVE, ServeScreen::new);

    private final Texts texts;
    private final ServeViewModel model;
    private final ServeView view;

    private ServeScreen(Services services) {
        texts = services.texts();
        model = new ServeViewModel(services);
        view = new ServeView(services, model);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        model.refresh();
    }

    @Override
    public List<Action> commands() {
        List<Action> commands = new ArrayList<>();
        if (model.canSwitchOnProperty().get()) {
            commands.add(new Action(texts.get("serve.on"), model::switchOn));
        }
        if (model.canSwitchOffProperty().get()) {
            commands.add(new Action(texts.get("serve.off"), model::switchOff));
            commands.add(new Action(texts.get("serve.curl.copy"), model::copyCurl));
        }
        commands.add(new Action(texts.get("serve.key.copy"), model.key()::copy));
        commands.add(new Action(texts.get("serve.command.copy"), model::copyCommand));
        return commands;
    }

    @Override
    public List<TourStop> tour() {
        return List.of(new TourStop("", model::switchOff), TourStop.acting("on", model::switchOn));
    }

    @Override
    public void close() {
        model.close();
    }
}
