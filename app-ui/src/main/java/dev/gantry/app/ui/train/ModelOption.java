package dev.gantry.app.ui.train;

import java.nio.file.Path;

/// A model that can be taught.
record ModelOption(String name, Path folder, long parameters) {}
