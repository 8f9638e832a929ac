package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunMonitor;
import dev.gantry.app.run.Runs;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Runs that were deleted a moment ago: out of sight, and moved to the desktop's trash when the time to take it back is
/// over. A window that closes before leaves them where they are.
final class RunTrash {
    private static final long UNDO_NANOS = 8_000_000_000L;

    private final Services services;
    private final Map<Path, Long> deleted = new ConcurrentHashMap<>();

    RunTrash(Services services) {
        this.services = services;
    }

    /// On the JavaFX thread.
    void put(Path run) {
        deleted.put(run, System.nanoTime());
        String text = services.texts().format("runs.deleted", run.getFileName());
        services.notices().info(text, new Choice(services.texts().get("runs.undo"), () -> deleted.remove(run)));
    }

    boolean holds(Path run) {
        return deleted.containsKey(run);
    }

    /// Moves what nobody took back in time. Not on the JavaFX thread.
    void empty(RunMonitor monitor) throws IOException {
        long now = System.nanoTime();
        for (Map.Entry<Path, Long> entry : Map.copyOf(deleted).entrySet()) {
            if (now - entry.getValue() > UNDO_NANOS && deleted.remove(entry.getKey(), entry.getValue())) {
                move(entry.getKey(), monitor);
            }
        }
    }

    private void move(Path run, RunMonitor monitor) throws IOException {
        if (!Runs.isAlive(run) && services.host().moveToTrash(run)) {
            monitor.forget(run);
            return;
        }
        GantryException failure = GantryException.environment(
                "TRASH-NONE",
                "cannot delete the run " + run.getFileName(),
                "this desktop has no trash to move it to, or somebody trains in it",
                "Delete its folder yourself: " + run);
        services.tasks().later(() -> services.notices().failure(failure, List.of()));
    }
}
