package dev.gantry.zoo.chat;

/// One turn of a conversation.
public record ChatMessage(Role role, String content) {

    /// Who speaks.
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL;

        /// The name templates compare with: `system`, `user`, `assistant`, `tool`.
        public String templateName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
