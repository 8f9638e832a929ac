package dev.gantry.app.server;

import dev.gantry.engine.generate.Sampling;
import dev.gantry.zoo.chat.ChatMessage;
import java.util.List;

/// What a client asks for, checked.
///
/// @param model id of a model or adapter that is served
/// @param maxNewTokens 0 for as many as the context holds
/// @param stops texts that end the answer and are not part of it
/// @param stream whether the answer is wanted piece by piece
/// @param includeUsage whether a stream ends with the tokens it took
record GenerationRequest(
        String model,
        Input input,
        Sampling sampling,
        int maxNewTokens,
        List<String> stops,
        boolean stream,
        boolean includeUsage) {

    /// What is to be answered or continued.
    sealed interface Input {}

    /// A conversation, written out by the model's template.
    record Conversation(List<ChatMessage> messages) implements Input {}

    /// Text that is continued as it stands.
    record Text(String text) implements Input {}
}
