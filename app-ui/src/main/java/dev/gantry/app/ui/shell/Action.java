package dev.gantry.app.ui.shell;

/// Something the command palette can do.
///
/// @param text in the user's language
public record Action(String text, Runnable action) {}
