package dev.gantry.app.ui.shell;

import java.util.Locale;

/// The screens in the order of the rail; one that is not registered is not shown.
public enum ScreenName {
    HOME,
    MODELS,
    DATA,
    TRAIN,
    RUNS,
    CHAT,
    EXPORT,
    SERVE,
    HARDWARE,
    SETTINGS;

    /// The word its package, its texts and its style classes begin with, such as `models`.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The resource folder of its FXML, texts and style sheet.
    public String folder() {
        return "/dev/gantry/app/ui/" + key();
    }
}
