package dev.gantry.app.ui.settings;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenContent;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import javafx.scene.Parent;

/// Registers the Settings screen.
public final class SettingsScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.SETTINGS, Icon.SETTINGS, SettingsScreen::new);

    private final SettingsViewModel model;
    private final SettingsView view;

    private SettingsScreen(Services services) {
        model = new SettingsViewModel(services);
        view = new SettingsView(services.texts(), model);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void close() {
        model.close();
    }
}
