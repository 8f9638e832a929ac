package dev.gantry.zoo.chat;

import java.util.List;

/// Writes a conversation the way a model was trained to read it.
public interface ChatTemplate {

    /// Short name for people and files: `chatml`, `alpaca`, ..., or `custom` for a model's own template.
    String name();

    /// The Jinja source, as it is written into exported models.
    String source();

    /// Renders `messages`; with {@link Ending#GENERATION_PROMPT} the text ends where the assistant's answer begins.
    ///
    /// @throws ChatTemplateException when the template refuses the conversation or cannot be understood
    RenderedChat render(List<ChatMessage> messages, Ending ending);

    /// Texts that end an answer besides the end-of-sequence token, e.g. `<|im_end|>`.
    List<String> stopStrings();

    /// How a rendered conversation ends.
    enum Ending {
        /// After the last message.
        COMPLETE,
        /// With the opening of an assistant turn, ready for generation.
        GENERATION_PROMPT
    }
}
