package dev.gantry.app.ui.shell;

/// A button that answers a question or mends a failure.
///
/// @param text in the user's language
public record Choice(String text, Runnable action) {}
