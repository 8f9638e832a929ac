package dev.gantry.app.ui.settings;

import dev.gantry.app.chat.ChatMemory;
import dev.gantry.app.cli.GantryVersion;
import dev.gantry.app.machine.ChosenDevice;
import dev.gantry.app.preferences.Language;
import dev.gantry.app.preferences.Preferences;
import dev.gantry.app.preferences.ThemeChoice;
import dev.gantry.app.ui.shell.Services;
import java.nio.file.Path;
import java.util.Map;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/// What can be chosen for the whole window; every choice holds at once and is kept.
final class SettingsViewModel implements AutoCloseable {
    private static final int TEXT_STEP = 10;

    private final Services services;
    private final ObjectProperty<ThemeChoice> theme;
    private final ObjectProperty<Language> language;
    private final IntegerProperty textSizePercent;
    private final ObjectProperty<ChosenDevice> device;
    private final StringProperty chatDevice;
    private final StringProperty chatHost;
    private final BooleanProperty badSize = new SimpleBooleanProperty();
    private final Runnable unsubscribe;

    SettingsViewModel(Services services) {
        this.services = services;
        Preferences now = services.preferences().current();
        theme = new SimpleObjectProperty<>(now.theme());
        language = new SimpleObjectProperty<>(now.language());
        textSizePercent = new SimpleIntegerProperty(now.textSizePercent());
        device = new SimpleObjectProperty<>(ChosenDevice.of(now));
        chatDevice = new SimpleStringProperty(now.value(ChatMemory.DEVICE, ""));
        chatHost = new SimpleStringProperty(now.value(ChatMemory.HOST, ""));
        unsubscribe = services.preferences().onChange(this::show);
        theme.subscribe(chosen -> services.preferences().change(before -> before.withTheme(chosen)));
        device.subscribe(chosen -> services.preferences().change(chosen::in));
        sizes().values().forEach(size -> size.subscribe(this::keepSizes));
        language.subscribe(chosen -> services.preferences().change(before -> before.withLanguage(chosen)));
    }

    /// Also what a key or the command palette changed.
    private void show(Preferences changed) {
        theme.set(changed.theme());
        language.set(changed.language());
        textSizePercent.set(changed.textSizePercent());
    }

    ObjectProperty<ThemeChoice> themeProperty() {
        return theme;
    }

    ObjectProperty<Language> languageProperty() {
        return language;
    }

    IntegerProperty textSizePercentProperty() {
        return textSizePercent;
    }

    void larger() {
        resize(TEXT_STEP);
    }

    void smaller() {
        resize(-TEXT_STEP);
    }

    private void resize(int by) {
        services.preferences().change(now -> now.withTextSizePercent(now.textSizePercent() + by));
    }

    ObjectProperty<ChosenDevice> deviceProperty() {
        return device;
    }

    /// What chats may compute with, as it was written; blank for as much as there is.
    StringProperty chatDeviceProperty() {
        return chatDevice;
    }

    /// What may wait beside that, as it was written; blank for as much as there is.
    StringProperty chatHostProperty() {
        return chatHost;
    }

    /// Whether something is written that is no size; it is not kept.
    BooleanProperty badSizeProperty() {
        return badSize;
    }

    private void keepSizes() {
        boolean bad = false;
        for (Map.Entry<String, StringProperty> size : sizes().entrySet()) {
            String written = size.getValue().get().strip();
            if (written.isEmpty() || ChatMemory.size(written) != null) {
                services.preferences().change(now -> now.withValue(size.getKey(), written));
            } else {
                bad = true;
            }
        }
        badSize.set(bad);
    }

    private Map<String, StringProperty> sizes() {
        return Map.of(ChatMemory.DEVICE, chatDevice, ChatMemory.HOST, chatHost);
    }

    /// The folder of runs, the catalog and everything else that Gantry makes.
    Path home() {
        return services.home().folder();
    }

    void openHome() {
        services.host().open(home());
    }

    /// Version, Java and system in a line.
    String about() {
        return services.texts()
                .format(
                        "settings.about.line",
                        GantryVersion.current(),
                        Runtime.version().toString(),
                        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }

    void copyAbout() {
        services.host().copy(about());
        services.notices().info(services.texts().get("settings.copied"));
    }

    @Override
    public void close() {
        unsubscribe.run();
    }
}
