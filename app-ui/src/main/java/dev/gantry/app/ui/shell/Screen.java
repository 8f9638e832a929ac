package dev.gantry.app.ui.shell;

import dev.gantry.app.ui.look.Icon;
import java.util.function.Function;

/// A screen as the frame knows it before it is first opened.
///
/// @param open builds the screen, on the JavaFX thread and only when it is first shown: it must be quick, and start
///     background tasks for everything that reads a disk
public record Screen(ScreenName name, Icon icon, Function<Services, ScreenContent> open) {}
