package dev.gantry.app.ui.shell;

/// One picture of a screen.
///
/// @param name behind the screen's name in the name of the file; empty for the screen as it opens
public record TourStop(String name, Runnable prepare) {}
