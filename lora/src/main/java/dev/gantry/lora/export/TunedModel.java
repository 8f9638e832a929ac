package dev.gantry.lora.export;

import dev.gantry.zoo.model.ModelFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A base model and the adapter that was trained on it.
///
/// @param adapter PEFT folder
/// @param template Jinja source of the chat template it was trained with, or null for the base's own
public record TunedModel(
        ModelFolder base, Path adapter, @Nullable String template) {}
