package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunSnapshot;
import java.util.List;

/// The chosen run as it is shown: everything worked out beside the JavaFX thread.
///
/// @param turn its place in the queue, 1 for the next; 0 when it does not wait there
/// @param reason why nobody trains it; empty when that needs no words
/// @param log the end of what its trainers wrote
/// @param settings as they lie in its folder
/// @param gauges how busy the machine is; empty when nobody trains the run
record RunDetail(
        RunSnapshot run,
        int turn,
        RunCharts charts,
        SampleTable samples,
        RunContents files,
        String status,
        String reason,
        String log,
        String settings,
        List<Gauge> gauges) {
    RunDetail {
        gauges = List.copyOf(gauges);
    }
}
