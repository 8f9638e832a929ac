package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunStatus;
import java.nio.file.Path;
import java.util.List;

/// A run in the list.
///
/// @param turn its place in the queue, 1 for the next; 0 when it does not wait there
/// @param ticked whether it is one of those to compare
/// @param words how it stands, in the user's language
/// @param facts best loss and time left, as far as there are any
/// @param spark heights of its loss from 0 to 1, left to right
record RunLine(
        Path run,
        String name,
        RunStatus status,
        int turn,
        boolean ticked,
        String words,
        String facts,
        List<Double> spark) {
    RunLine {
        spark = List.copyOf(spark);
    }
}
