package dev.gantry.app.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How one chat is answered; kept with it.
///
/// @param system what the model is told first; empty for nothing
/// @param template name of a chat template, or null for the adapter's or model's own
/// @param lanes who answers, side by side; never empty
public record ChatOptions(String system, @Nullable String template, SamplingChoice sampling, List<Lane> lanes) {
    /// One of those who answer.
    ///
    /// @param adapter a PEFT folder, or null for the base model alone
    /// @param strength factor on what the adapter adds
    /// @param head the message its column was left at
    public record Lane(String voice, @Nullable String adapter, float strength, int head) {}

    public static final ChatOptions USUAL =
            new ChatOptions("", null, SamplingChoice.USUAL, List.of(new Lane("", null, 1, Conversation.NONE)));

    public ChatOptions {
        lanes = List.copyOf(lanes);
        if (lanes.isEmpty()) {
            throw new IllegalArgumentException("somebody has to answer");
        }
    }
}
