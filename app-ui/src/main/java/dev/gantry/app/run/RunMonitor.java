package dev.gantry.app.run;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Looks at the runs of a home again and again and keeps its queue going, from the window's start to its end and
/// whatever the window shows.
///
/// What trains is always looked at. Runs that nobody trains are read only while somebody wants to see them: their
/// histories can be long.
public final class RunMonitor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RunMonitor.class.getName());
    private static final long PERIOD_NANOS = 250_000_000L;
    private static final long IDLE_PERIOD_NANOS = 1_000_000_000L;

    /// Runs that nobody trains are looked at every so many times.
    private static final int RARELY = 8;

    /// A first look that reads long histories tells what it has so far after so long.
    private static final long PATIENCE_NANOS = 400_000_000L;

    private final Runs runs;
    private final RunQueue queue;
    private final Map<Path, RunWatch> watches = new HashMap<>();
    private final Map<Path, RunSnapshot> known = new HashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean wantsAll;
    private volatile boolean closed;
    private @Nullable Thread thread;
    private long turn;
    private long toldNanos;

    /// What was seen.
    ///
    /// @param number of the look, 0 for the first of all
    /// @param runs those looked at so far, the newest first; before all others those that wait, in the order of
    ///     their turns
    /// @param waiting the queue, the next first
    public record Look(long number, List<RunSnapshot> runs, List<Path> waiting) {
        public Look {
            runs = List.copyOf(runs);
            waiting = List.copyOf(waiting);
        }

        /// The run that is going on: the first one, should a terminal have started more.
        public @Nullable RunSnapshot alive() {
            return runs.stream()
                    .filter(run -> run.status().isAlive())
                    .findFirst()
                    .orElse(null);
        }
    }

    /// Hears of every look, on the monitor's thread.
    @FunctionalInterface
    public interface Listener {
        void looked(Look look);

        /// The next run in the queue could not be started.
        default void failed(GantryException failure) {}
    }

    public RunMonitor(Runs runs) {
        this.runs = runs;
        this.queue = new RunQueue(runs);
    }

    public RunQueue queue() {
        return queue;
    }

    public Runs runs() {
        return runs;
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    public void removeListener(Listener listener) {
        listeners.remove(listener);
    }

    /// Whether runs that nobody trains shall be read, too.
    public void wantAll(boolean all) {
        wantsAll = all;
        wake();
    }

    /// Begins to look, on a thread of its own.
    public void start() {
        Thread looking = Thread.ofPlatform().daemon().name("gantry-runs").unstarted(() -> {
            while (!closed) {
                look();
                LockSupport.parkNanos(isIdle() ? IDLE_PERIOD_NANOS : PERIOD_NANOS);
            }
        });
        thread = looking;
        looking.start();
    }

    private synchronized boolean isIdle() {
        return !wantsAll
                && known.values().stream().noneMatch(run -> run.status().isAlive());
    }

    /// Looks soon, out of turn.
    public void wake() {
        LockSupport.unpark(thread);
    }

    /// One look; the monitor's thread does it by itself.
    public synchronized void look() {
        toldNanos = System.nanoTime();
        try {
            advance();
            List<Path> folders = runs.folders();
            watches.keySet().retainAll(folders);
            known.keySet().retainAll(folders);
            boolean rest = wantsAll && turn % RARELY == 0;
            for (Path folder : folders) {
                RunSnapshot before = known.get(folder);
                boolean alive =
                        before == null ? Runs.isAlive(folder) : before.status().isAlive();
                if (alive || rest || (before == null ? wantsAll : Runs.isAlive(folder))) {
                    look(folder);
                }
            }
            tell();
            turn++;
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot look at the runs", e);
        }
    }

    private void advance() throws IOException {
        try {
            queue.advance();
        } catch (GantryException e) {
            listeners.forEach(listener -> listener.failed(e));
        }
    }

    private void look(Path folder) throws IOException {
        try {
            known.put(folder, watches.computeIfAbsent(folder, RunWatch::new).look());
        } catch (IOException e) {
            // its folder is being deleted, or cannot be read for now: the others still can
            LOG.log(System.Logger.Level.DEBUG, "cannot look at the run " + folder, e);
        }
        if (turn > 0 && System.nanoTime() - toldNanos > PATIENCE_NANOS) {
            tell();
        }
    }

    private void tell() throws IOException {
        List<Path> waiting = queue.waiting();
        List<RunSnapshot> sorted = new ArrayList<>(known.values());
        sorted.sort(Comparator.<RunSnapshot>comparingInt(
                        run -> waiting.contains(run.run()) ? waiting.indexOf(run.run()) : waiting.size())
                .thenComparing(RunMonitor::begun, Comparator.reverseOrder())
                .thenComparing(RunSnapshot::name));
        Look look = new Look(turn, sorted, waiting);
        listeners.forEach(listener -> listener.looked(look));
        toldNanos = System.nanoTime();
    }

    private static Instant begun(RunSnapshot run) {
        Instant begun = run.begun();
        return begun == null ? Instant.MAX : begun;
    }

    /// Leaves out a run whose folder is gone.
    public synchronized void forget(Path run) throws IOException {
        queue.remove(run);
        watches.remove(run);
        known.remove(run);
    }

    /// Looks no more; nothing that waits is started from now on.
    @Override
    public void close() {
        closed = true;
        wake();
    }
}
