package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.Choice;
import java.util.Optional;

/// A short message at the edge of the window.
record Notice(String text, Optional<Choice> choice) {}
