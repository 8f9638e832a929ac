package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunSnapshot;

/// The chosen run as it is shown: everything worked out beside the JavaFX thread.
///
/// @param reason why nobody trains it; empty when that needs no words
/// @param log the end of what its trainers wrote
/// @param settings as they lie in its folder
record RunDetail(
        RunSnapshot run,
        RunCharts charts,
        SampleTable samples,
        String status,
        String reason,
        String log,
        String settings) {}
