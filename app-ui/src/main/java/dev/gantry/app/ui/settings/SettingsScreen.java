package dev.gantry.app.ui.settings;

import dev.gantry.app.machine.CudaProbe;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenContent;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import javafx.scene.Parent;

/// Registers the Settings screen.
public final class SettingsScreen implements ScreenContent {
    public static final Screen SCREEN = new Screen(ScreenName.SETTINGS, Icon.SETTINGS, SettingsScreen::new);

    private final SettingsViewModel model;
    private final CudaViewModel cuda;
    private final SettingsView view;

    private SettingsScreen(Services services) {
        model = new SettingsViewModel(services);
        cuda = new CudaViewModel(
                services, folder -> new CudaProbe(services.home().folder(), folder).probe());
        view = new SettingsView(services.texts(), model, cuda);
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void shown(Destination destination) {
        cuda.look();
    }

    @Override
    public void close() {
        model.close();
    }
}
