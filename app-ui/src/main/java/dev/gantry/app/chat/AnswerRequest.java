package dev.gantry.app.chat;

import dev.gantry.engine.generate.Sampling;
import dev.gantry.zoo.chat.ChatMessage;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be answered, and by whom.
///
/// @param model the base model's folder
/// @param lane which of those side by side; each keeps its voice until another is asked for
/// @param lanes how many are side by side
/// @param strength factor on what the voice's adapter adds
/// @param template name of a chat template, or null for the adapter's or model's own
public record AnswerRequest(
        Path model,
        int lane,
        int lanes,
        Voice voice,
        float strength,
        @Nullable String template,
        List<ChatMessage> messages,
        Sampling sampling,
        int maxNewTokens) {}
