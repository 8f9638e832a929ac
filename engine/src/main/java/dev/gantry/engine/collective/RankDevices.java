package dev.gantry.engine.collective;

import dev.gantry.engine.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/// What the ranks of one job compute on, a backend for each, and what carries bytes between their memories: opened
/// together, closed together.
public final class RankDevices implements AutoCloseable {
    private final List<Backend> backends;
    private final Fabric fabric;
    private boolean open = true;

    private RankDevices(List<? extends Backend> backends, Fabric fabric) {
        this.backends = List.copyOf(backends);
        this.fabric = fabric;
    }

    /// Opens one backend after the other and joins them; what was opened is closed again when that fails.
    ///
    /// @param count how many, at least 1
    /// @param opening opens the backend of a rank
    /// @param joining makes what carries bytes between their memories; it is closed here, as they are
    public static <B extends Backend> RankDevices open(
            int count, IntFunction<B> opening, Function<List<B>, Fabric> joining) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " ranks; ask for at least 1");
        }
        List<B> opened = new ArrayList<>();
        boolean complete = false;
        try {
            for (int rank = 0; rank < count; rank++) {
                opened.add(opening.apply(rank));
            }
            RankDevices devices = new RankDevices(opened, joining.apply(List.copyOf(opened)));
            complete = true;
            return devices;
        } finally {
            if (!complete) {
                opened.forEach(Backend::close);
            }
        }
    }

    /// Ranks whose memory is that of the process.
    ///
    /// @param opening opens the backend of a rank
    public static RankDevices onHost(int count, IntFunction<Backend> opening) {
        return open(count, opening, _ -> Fabric.HOST);
    }

    /// The same backends for a look at shapes: nothing passes between them, and closing leaves them open.
    public RankDevices shapes() {
        RankDevices borrowed = new RankDevices(backends, Fabric.HOST);
        borrowed.abandon();
        return borrowed;
    }

    public int count() {
        return backends.size();
    }

    /// In the order of the ranks.
    public List<Backend> backends() {
        return backends;
    }

    public Fabric fabric() {
        return fabric;
    }

    /// Leaves everything open for good: a rank that does not answer may still use it.
    void abandon() {
        open = false;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            fabric.close();
            backends.forEach(Backend::close);
        }
    }
}
