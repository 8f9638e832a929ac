package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatMemory;
import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.preferences.Preferences;
import dev.gantry.lora.memory.MemoryLimits;

/// What the preferences say that a chat may take of memory, now; read by the threads that answer.
final class ChatLimits implements AutoCloseable {
    private final Runnable unsubscribe;
    private volatile MemoryLimits now;

    ChatLimits(PreferenceStore preferences) {
        now = written(preferences.current());
        unsubscribe = preferences.onChange(changed -> now = written(changed));
    }

    private static MemoryLimits written(Preferences chosen) {
        return ChatMemory.written(chosen.value(ChatMemory.DEVICE, ""), chosen.value(ChatMemory.HOST, ""));
    }

    MemoryLimits now() {
        return now;
    }

    @Override
    public void close() {
        unsubscribe.run();
    }
}
