package dev.gantry.lora.chat;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.memory.MemoryLimits;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Which model answers, and how it is run.
///
/// @param model folder in Hugging Face's layout
/// @param adapter PEFT folder, or null for the model alone
/// @param template name of a chat template, or null for the adapter's or model's own
/// @param contextTokens most tokens of a conversation; 0 for the model's own limit
/// @param memory what may be taken; never changes an answer
/// @param strength factor on what the adapter's low-rank part adds; parameters it trained in full come whole
public record ChatSettings(
        Path model,
        @Nullable Path adapter,
        @Nullable String template,
        ComputeType compute,
        int contextTokens,
        MemoryLimits memory,
        float strength) {

    /// With the adapter as it was trained.
    public ChatSettings(
            Path model,
            @Nullable Path adapter,
            @Nullable String template,
            ComputeType compute,
            int contextTokens,
            MemoryLimits memory) {
        this(model, adapter, template, compute, contextTokens, memory, 1);
    }

    /// Without limits of memory.
    public ChatSettings(
            Path model, @Nullable Path adapter, @Nullable String template, ComputeType compute, int contextTokens) {
        this(model, adapter, template, compute, contextTokens, MemoryLimits.NONE);
    }
}
