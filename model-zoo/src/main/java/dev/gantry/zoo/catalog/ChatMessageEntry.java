package dev.gantry.zoo.catalog;

/// A message of a conversation, which is a tree: edited questions and repeated answers are further children.
///
/// @param number unique in its conversation, from 0
/// @param parent number of the message before it; -1 for a first one
/// @param facts how it came about and what was thought of it, as JSON of the chat's own
public record ChatMessageEntry(int number, int parent, String role, String body, String facts) {
    /// Most characters of a body.
    public static final int MAX_CHARACTERS = 1_000_000;
}
