package dev.gantry.engine.collective;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.TensorArena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The ranks of one process: a thread and a backend for each, which run the same code side by side.
///
/// When a rank throws, the others are woken and end too, and the first exception is thrown to the caller; after that
/// the ranks can only be closed.
public final class Ranks implements AutoCloseable {
    private final RankGroup group;
    private final RankDevices devices;
    private final List<ExecutorService> threads = new ArrayList<>();
    private final List<TensorArena> arenas = new ArrayList<>();
    private final List<Rank> ranks = new ArrayList<>();
    private boolean ended;
    private boolean closed;
    private boolean silent; // a thread may still use what it was given

    /// What every rank runs.
    public interface RankTask<T> {
        T run(Rank rank);
    }

    /// Ranks in memory of the process.
    ///
    /// @param count how many ranks, at least 1
    /// @param patience how long a rank waits for another before all give up
    /// @param backends makes the backend of a rank; it is closed here
    public Ranks(int count, Duration patience, IntFunction<Backend> backends) {
        this(RankDevices.onHost(count, backends), patience);
    }

    /// @param devices closed here
    /// @param patience how long a rank waits for another before all give up
    public Ranks(RankDevices devices, Duration patience) {
        this.devices = devices;
        group = new RankGroup(devices.count(), patience);
        boolean complete = false;
        try {
            List<InProcessCommunicator.Home> homes = new ArrayList<>();
            for (Backend backend : devices.backends()) {
                TensorArena arena = new TensorArena(backend.unlimited(), "sums");
                arenas.add(arena);
                threads.add(thread(homes.size()));
                homes.add(new InProcessCommunicator.Home(backend, arena));
            }
            Fabric fabric = devices.fabric();
            List<Communicator> communicators = InProcessCommunicator.of(group, homes, fabric);
            for (int rank = 0; rank < count(); rank++) {
                int number = rank;
                Communicator joined = fabric.join(communicators.get(rank), () -> group.requireSound(number));
                ranks.add(new Rank(joined, devices.backends().get(rank)));
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    public int count() {
        return group.ranks();
    }

    /// Bytes that crossed between the ranks so far, all together: each is counted once as sent and once as received.
    public Traffic traffic() {
        return ranks.stream().map(rank -> rank.communicator().traffic()).reduce(Traffic.NONE, Traffic::plus);
    }

    /// Runs a task on every rank at once and returns what they give, in their order.
    ///
    /// @throws RuntimeException the first that a rank throws
    public <T> List<T> run(RankTask<T> task) {
        if (ended) {
            throw new IllegalStateException("the ranks are closed");
        }
        requireSound();
        Outcome<T> outcome = new Outcome<>(count());
        for (int number = 0; number < count(); number++) {
            Rank rank = ranks.get(number);
            threads.get(number).execute(() -> runOne(rank, task, outcome));
        }
        silent = !awaitEnd(outcome);
        RankGroup.RankFailure failure = group.failure();
        if (failure != null) {
            throw thrown(failure);
        }
        return outcome.results();
    }

    /// Runs a task that gives nothing on every rank at once.
    public void each(Consumer<Rank> task) {
        run(rank -> {
            task.accept(rank);
            return rank.number();
        });
    }

    private <T> void runOne(Rank rank, RankTask<T> task, Outcome<T> outcome) {
        T result = null;
        try {
            result = task.run(rank);
        } catch (RuntimeException | Error e) { // handed to the caller, which throws it
            group.fail(rank.number(), e);
        } finally {
            T finished = result;
            group.change(() -> outcome.end(rank.number(), finished));
        }
    }

    /// Whether all ranks came to an end; false when one does not answer after another has failed.
    private boolean awaitEnd(Outcome<?> outcome) {
        boolean interrupted = false;
        while (true) {
            try {
                boolean ended = group.awaitEnd(outcome::ended);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return ended;
            } catch (InterruptedException e) { // wakes the ranks; they end before this does
                interrupted = true;
                group.fail(0, GantryException.cancelled("the ranks stopped", "Resume the run to go on."));
            }
        }
    }

    private void requireSound() {
        RankGroup.RankFailure failure = group.failure();
        if (failure != null) {
            throw GantryException.environment(
                            "RANK-FAILED",
                            "the ranks cannot go on",
                            "rank " + failure.rank() + " failed before: "
                                    + failure.cause().getMessage(),
                            "Resume from the last checkpoint.")
                    .causedBy(failure.cause());
        }
    }

    private RuntimeException thrown(RankGroup.RankFailure failure) {
        if (silent) {
            return GantryException.environment(
                            "RANK-SILENT",
                            "the ranks stopped, and one does not answer",
                            "rank " + failure.rank() + " failed: "
                                    + failure.cause().getMessage(),
                            "End the program, then resume from the last checkpoint.")
                    .causedBy(failure.cause());
        }
        return switch (failure.cause()) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(failure.cause());
        };
    }

    /// Lets the threads end: then what the ranks were given can be freed, before their devices are closed.
    ///
    /// @return false when a rank goes on computing after another has failed: what it was given must be left alone
    public boolean end() {
        if (!ended) {
            ended = true;
            threads.forEach(silent ? ExecutorService::shutdownNow : ExecutorService::close);
        }
        return !silent;
    }

    /// Lets the threads end and closes the devices; what a rank that does not answer may still use is left alone.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!end()) {
            devices.abandon();
            return;
        }
        arenas.forEach(TensorArena::close);
        devices.close();
    }

    private static ExecutorService thread(int rank) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("gantry-rank-" + rank).daemon().factory());
    }

    /// What the ranks have given so far.
    private static final class Outcome<T> {
        private final List<@Nullable T> results = new ArrayList<>();
        private int ended;

        Outcome(int ranks) {
            for (int rank = 0; rank < ranks; rank++) {
                results.add(null);
            }
        }

        void end(int rank, @Nullable T result) {
            results.set(rank, result);
            ended++;
        }

        boolean ended() {
            return ended == results.size();
        }

        @SuppressWarnings("NullAway") // no rank failed, so that each has given its result
        List<T> results() {
            return List.copyOf(results);
        }
    }
}
