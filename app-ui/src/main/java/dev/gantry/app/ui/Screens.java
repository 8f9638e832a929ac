package dev.gantry.app.ui;

import dev.gantry.app.ui.chat.ChatScreen;
import dev.gantry.app.ui.data.DataScreen;
import dev.gantry.app.ui.export.ExportScreen;
import dev.gantry.app.ui.hardware.HardwareScreen;
import dev.gantry.app.ui.home.HomeScreen;
import dev.gantry.app.ui.models.ModelsScreen;
import dev.gantry.app.ui.runs.RunsScreen;
import dev.gantry.app.ui.serve.ServeScreen;
import dev.gantry.app.ui.settings.SettingsScreen;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.train.TrainScreen;
import java.util.List;

/// Every screen of the window; a new one is added here and nowhere else.
public final class Screens {
    private Screens() {}

    public static List<Screen> all() {
        return List.of(
                HomeScreen.SCREEN,
                ModelsScreen.SCREEN,
                DataScreen.SCREEN,
                TrainScreen.SCREEN,
                RunsScreen.SCREEN,
                ChatScreen.SCREEN,
                ExportScreen.SCREEN,
                ServeScreen.SCREEN,
                HardwareScreen.SCREEN,
                SettingsScreen.SCREEN);
    }
}
