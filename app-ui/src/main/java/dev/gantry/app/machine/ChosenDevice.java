package dev.gantry.app.machine;

import dev.gantry.app.preferences.Preferences;
import dev.gantry.engine.device.DeviceChoice;
import java.util.Locale;

/// What the user wants chats, the server and checks of exports to compute on; a run has a setting of its own.
public enum ChosenDevice {
    AUTO,
    CPU,
    /// The first card.
    CUDA;

    private static final String KEY = "device";

    public DeviceChoice choice() {
        return switch (this) {
            case AUTO -> DeviceChoice.auto();
            case CPU -> DeviceChoice.cpu();
            case CUDA -> new DeviceChoice.Cuda(0);
        };
    }

    public static ChosenDevice of(Preferences preferences) {
        String written = preferences.value(KEY, "");
        for (ChosenDevice device : values()) {
            if (device.written().equals(written)) {
                return device;
            }
        }
        return AUTO;
    }

    /// Kept only where something was chosen: a window that is looked at leaves no trace.
    public Preferences in(Preferences preferences) {
        return preferences.withValue(KEY, this == AUTO ? "" : written());
    }

    /// As a command takes it.
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }
}
