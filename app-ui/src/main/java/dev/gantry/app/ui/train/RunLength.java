package dev.gantry.app.ui.train;

import java.util.List;
import java.util.Map;

/// The stops of the slider from quick to thorough.
///
/// @param steps of the run; 0 when it counts passes
/// @param passes over the data; 0 when it counts steps
record RunLength(int steps, int passes) {
    static final List<RunLength> STOPS = List.of(
            new RunLength(30, 0),
            new RunLength(0, 1),
            new RunLength(0, 2),
            new RunLength(0, 3),
            new RunLength(0, 4),
            new RunLength(0, 6),
            new RunLength(0, 10));

    /// The settings that make a run that long.
    Map<String, String> settings() {
        return Map.of(
                "duration.max_steps", steps == 0 ? "" : Integer.toString(steps),
                "duration.epochs", passes == 0 ? "" : Integer.toString(passes));
    }

    /// The stop of a form, the nearest one where it is between; 3 passes are usual.
    static int stopOf(Draft draft) {
        if (!draft.text("duration.max_steps").isBlank()) {
            return 0;
        }
        int passes;
        try {
            passes = Integer.parseInt(draft.text("duration.epochs").strip());
        } catch (NumberFormatException e) {
            passes = 3;
        }
        int best = 1;
        for (int stop = 1; stop < STOPS.size(); stop++) {
            if (Math.abs(STOPS.get(stop).passes() - passes)
                    < Math.abs(STOPS.get(best).passes() - passes)) {
                best = stop;
            }
        }
        return best;
    }
}
