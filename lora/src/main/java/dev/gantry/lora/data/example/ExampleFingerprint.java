package dev.gantry.lora.data.example;

import dev.gantry.zoo.chat.ChatMessage;
import java.util.List;

/// A 64-bit number of an example's content (FNV-1a, then mixed), equal for equal content in every run and on every
/// machine. Good enough to count duplicates; nothing is thrown away because of it.
public final class ExampleFingerprint {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private ExampleFingerprint() {}

    public static long of(Example example) {
        long hash = switch (example) {
            case Example.Conversation conversation -> messages(OFFSET, conversation.messages());
            case Example.PromptCompletion pair -> text(text(OFFSET + 1, pair.prompt()), pair.completion());
            case Example.Document document -> text(OFFSET + 2, document.text());
            case Example.PreferencePair pair ->
                messages(messages(messages(OFFSET + 3, pair.prompt()), pair.chosen()), pair.rejected());
        };
        hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
        return hash ^ (hash >>> 32);
    }

    private static long messages(long start, List<ChatMessage> messages) {
        long hash = (start ^ messages.size()) * PRIME;
        for (ChatMessage message : messages) {
            hash = text(hash, message.role().templateName());
            hash = text(hash, message.content());
        }
        return hash;
    }

    private static long text(long start, String text) {
        long hash = (start ^ text.length()) * PRIME;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return hash;
    }
}
