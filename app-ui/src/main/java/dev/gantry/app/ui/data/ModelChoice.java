package dev.gantry.app.ui.data;

import java.nio.file.Path;

/// A model whose tokens can be counted with.
///
/// @param folder may not be there yet for the model that comes with the program
record ModelChoice(String name, Path folder) {}
