package dev.gantry.app.chat;

import dev.gantry.zoo.catalog.ChatEntry;

/// A chat as it was left.
public record StoredChat(ChatEntry entry, Conversation conversation, ChatOptions options) {}
