package dev.gantry.lora.data.tokens;

/// How rows of prompt and completion are written for the model.
public enum PromptStyle {
    /// As a user's turn and the assistant's answer, through the chat template.
    CHAT,
    /// One behind the other with no template, then the end-of-text token.
    RAW
}
