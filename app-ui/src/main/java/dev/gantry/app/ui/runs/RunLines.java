package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.ui.text.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The lines of the list; one is worked out anew only when its run changed. One thread uses it.
final class RunLines {
    private final RunWords words;
    private final Map<Path, Made> made = new HashMap<>();

    /// A line and what it was made of.
    private record Made(RunSnapshot run, RunLine line) {}

    RunLines(Texts texts) {
        this.words = new RunWords(texts);
    }

    List<RunLine> lines(List<RunSnapshot> runs, List<Path> waiting, List<Path> ticked) {
        made.keySet().retainAll(runs.stream().map(RunSnapshot::run).toList());
        List<RunLine> lines = new ArrayList<>();
        for (RunSnapshot run : runs) {
            int turn = waiting.indexOf(run.run()) + 1;
            Made before = made.get(run.run());
            if (before == null || !before.run().equals(run) || before.line().turn() != turn) {
                before = new Made(run, words.line(run, turn));
                made.put(run.run(), before);
            }
            lines.add(ticked(before.line(), ticked.contains(run.run())));
        }
        return lines;
    }

    static RunLine ticked(RunLine line, boolean ticked) {
        return line.ticked() == ticked
                ? line
                : new RunLine(
                        line.run(),
                        line.name(),
                        line.status(),
                        line.turn(),
                        ticked,
                        line.words(),
                        line.facts(),
                        line.spark());
    }
}
