package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.RepeatedWork;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Starts all kernels of a stretch of work with one call when they are those of the time before. The first time, and
/// when there are others, they are launched one by one; so they are where the work also copies, waits, or multiplies by
/// cuBLASLt. For the thread of the stream.
final class GraphedWork implements RepeatedWork {
    private static final Logger LOG = System.getLogger(GraphedWork.class.getName());

    private final CudaStream stream;
    private LaunchList latest = new LaunchList(); // that the graph, if there is one, consists of
    private LaunchList spare = new LaunchList();
    private @Nullable CudaGraph graph;
    private boolean refused;

    GraphedWork(CudaStream stream) {
        this.stream = stream;
    }

    @Override
    public void run(Runnable work) {
        if (refused) {
            work.run();
            return;
        }
        LaunchList launches = spare;
        launches.clear();
        stream.context().gather(stream, launches);
        boolean whole;
        try {
            work.run();
        } finally {
            whole = stream.context().endGathering();
        }
        if (whole && launches.size() > 0) {
            spare = latest;
            latest = launches;
            start(launches, spare);
        }
    }

    private void start(LaunchList launches, LaunchList before) {
        boolean started = false;
        try {
            if (launches.hasKernelsOf(before) && prepare(launches, before)) {
                Objects.requireNonNull(graph).launch(stream);
            } else {
                giveUpGraph();
                launches.launch(stream.context().use(), stream.handle());
            }
            started = true;
        } finally {
            if (!started) {
                launches.clear(); // nobody knows what the graph holds: there will be another
            }
        }
    }

    /// @return whether there is a graph of these launches
    private boolean prepare(LaunchList launches, LaunchList before) {
        if (graph != null) {
            graph.update(launches, before);
            return true;
        }
        try {
            graph = new CudaGraph(stream.context(), launches);
        } catch (CudaException e) {
            LOG.log(Level.INFO, "kernels are launched one by one: {0}", e.getMessage());
            refused = true;
        }
        return !refused;
    }

    private void giveUpGraph() {
        if (graph != null) {
            graph.close();
            graph = null;
        }
    }

    @Override
    public void close() {
        giveUpGraph();
        latest.close();
        spare.close();
    }
}
