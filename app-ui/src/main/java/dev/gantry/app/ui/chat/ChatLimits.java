package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatMemory;
import dev.gantry.app.machine.ChosenDevice;
import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.preferences.Preferences;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.lora.memory.MemoryLimits;

/// What the preferences say that a chat computes on and may take of memory, now; read by the threads that answer.
final class ChatLimits implements AutoCloseable {
    private final Runnable unsubscribe;
    private volatile MemoryLimits now;
    private volatile DeviceChoice device;

    ChatLimits(PreferenceStore preferences) {
        now = written(preferences.current());
        device = ChosenDevice.of(preferences.current()).choice();
        unsubscribe = preferences.onChange(this::show);
    }

    private void show(Preferences changed) {
        now = written(changed);
        device = ChosenDevice.of(changed).choice();
    }

    private static MemoryLimits written(Preferences chosen) {
        return ChatMemory.written(chosen.value(ChatMemory.DEVICE, ""), chosen.value(ChatMemory.HOST, ""));
    }

    MemoryLimits now() {
        return now;
    }

    /// What a chat computes on.
    DeviceChoice device() {
        return device;
    }

    @Override
    public void close() {
        unsubscribe.run();
    }
}
