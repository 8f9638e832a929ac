package dev.gantry.app.ui.shell;

import java.util.List;

/// Something only the user can decide; every question can also be left unanswered, which changes nothing.
///
/// @param choices the first one is the safe one and has the focus
public record Question(String title, String text, List<Choice> choices) {}
