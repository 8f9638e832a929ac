package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunQueue;
import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.run.RunWatch;
import dev.gantry.app.run.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Looks at all runs of a home, again and again, and keeps the queue going. One thread uses it.
final class RunsPoll {
    private static final System.Logger LOG = System.getLogger(RunsPoll.class.getName());

    /// Runs that nobody trains are looked at every so many times.
    private static final int RARELY = 8;

    private final Runs runs;
    private final RunQueue queue;
    private final Map<Path, RunWatch> watches = new HashMap<>();
    private final Map<Path, RunSnapshot> known = new HashMap<>();
    private long turn;

    RunsPoll(Runs runs) {
        this.runs = runs;
        this.queue = new RunQueue(runs);
    }

    /// All runs, the newest first; those that wait before all others, in the order of their turns.
    List<RunSnapshot> look() throws IOException {
        queue.advance();
        List<Path> folders = runs.folders();
        watches.keySet().retainAll(folders);
        known.keySet().retainAll(folders);
        boolean all = turn++ % RARELY == 0;
        for (Path folder : folders) {
            RunSnapshot before = known.get(folder);
            if (all || before == null || before.status().isAlive() || Runs.isAlive(folder)) {
                look(folder);
            }
        }
        List<Path> waiting = queue.waiting();
        List<RunSnapshot> sorted = new ArrayList<>(known.values());
        sorted.sort(Comparator.<RunSnapshot>comparingInt(
                        run -> waiting.contains(run.run()) ? waiting.indexOf(run.run()) : waiting.size())
                .thenComparing(RunsPoll::begun, Comparator.reverseOrder())
                .thenComparing(RunSnapshot::name));
        return sorted;
    }

    private void look(Path folder) {
        try {
            known.put(folder, watches.computeIfAbsent(folder, RunWatch::new).look());
        } catch (IOException e) {
            // its folder is being deleted, or cannot be read for now: the others still can
            LOG.log(System.Logger.Level.DEBUG, "cannot look at the run " + folder, e);
        }
    }

    private static Instant begun(RunSnapshot run) {
        Instant begun = run.begun();
        return begun == null ? Instant.MAX : begun;
    }

    /// The runs that wait for their turn.
    Set<Path> waiting() throws IOException {
        return Set.copyOf(queue.waiting());
    }

    void forget(Path run) throws IOException {
        queue.remove(run);
        watches.remove(run);
        known.remove(run);
    }

    RunQueue queue() {
        return queue;
    }
}
