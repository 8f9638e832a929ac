package dev.gantry.app.chat;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Who answers: the base model, or it with an adapter.
///
/// @param name what the user calls it; empty for the base model
/// @param adapter a PEFT folder, or null for the base model alone
public record Voice(String name, @Nullable Path adapter) {
    public static final Voice BASE = new Voice("", null);

    /// @param adapter a PEFT folder, or null for the base model alone
    public static Voice of(String name, @Nullable String adapter) {
        return adapter == null ? BASE : new Voice(name, Path.of(adapter));
    }

    public boolean isBase() {
        return adapter == null;
    }
}
