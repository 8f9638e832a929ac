package dev.gantry.app.chat;

/// What the user thought of an answer.
public enum Rating {
    NONE,
    UP,
    DOWN
}
