package dev.gantry.app.ui.home;

import java.nio.file.Path;

/// A run in the list of what was done last.
///
/// @param words state and time, in the user's language
/// @param mark the style class of its state: `good`, `warn`, `bad` or empty
record RecentRun(String name, String words, String mark, Path folder) {}
