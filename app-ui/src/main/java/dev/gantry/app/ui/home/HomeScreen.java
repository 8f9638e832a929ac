package dev.gantry.app.ui.home;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenContent;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import javafx.scene.Parent;

/// Registers the Home screen.
public final class HomeScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.HOME, Icon.HOME, HomeScreen::new);

    private final HomeViewModel model;
    private final HomeView view;

    private HomeScreen(Services services) {
        model = new HomeViewModel(services);
        view = new HomeView(services.texts(), model);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        model.refresh();
    }
}
