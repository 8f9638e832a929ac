package dev.gantry.app.ui.runs;

/// One part of the machine while a run trains.
///
/// @param name in the user's language
/// @param share 0 to 1 of the bar
/// @param words such as `3.1 GiB of 16.0 GiB`
record Gauge(String name, double share, String words) {}
