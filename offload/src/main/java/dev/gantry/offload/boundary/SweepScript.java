package dev.gantry.offload.boundary;

import dev.gantry.engine.pass.BoundarySweep;
import dev.gantry.engine.pass.BoundarySweep.Access;
import dev.gantry.engine.pass.BoundarySweep.Course;
import dev.gantry.engine.pass.BoundarySweep.Use;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What each visit of a sweep asks for, and when it is asked for again. Items are the inputs of blocks, layer by layer,
/// then the gradients, each micro-batch by micro-batch.
final class SweepScript {
    /// Nobody will read it again.
    static final int NEVER = Integer.MAX_VALUE;
    /// Not in this sweep, but it may be looked at afterwards.
    static final int AFTERWARDS = NEVER - 1;

    private final BoundarySweep sweep;
    private final int microBatches;
    private final List<List<Access>> visits;
    private final Map<Integer, List<Next>> accesses = new HashMap<>();

    private record Next(int visit, boolean reads) {}

    /// @param microBatches most micro-batches of a sweep
    SweepScript(BoundarySweep sweep, int microBatches) {
        this.sweep = sweep;
        this.microBatches = microBatches;
        this.visits = sweep.visits();
        for (int visit = 0; visit < visits.size(); visit++) {
            for (Access access : visits.get(visit)) {
                if (access.use() != Use.DISCARD) {
                    boolean reads = access.use() == Use.READ || access.use() == Use.GRADIENT;
                    accesses.computeIfAbsent(item(access), none -> new ArrayList<>())
                            .add(new Next(visit, reads));
                }
            }
        }
    }

    static int items(int layers, int microBatches) {
        return BoundaryPlan.units(layers) * microBatches;
    }

    int item(Access access) {
        return access.layer() == Access.NO_LAYER
                ? gradient(access.microBatch())
                : boundary(access.layer(), access.microBatch());
    }

    int boundary(int layer, int microBatch) {
        return layer * microBatches + microBatch;
    }

    int gradient(int microBatch) {
        return (sweep.layers() + 1) * microBatches + microBatch;
    }

    int unit(int item) {
        return item / microBatches;
    }

    int tokens(int item) {
        return sweep.tokens().get(item % microBatches);
    }

    int visits() {
        return visits.size();
    }

    List<Access> visit(int visit) {
        return visits.get(visit);
    }

    /// The next visit after `visit` that reads what an item holds now; {@link #NEVER} when it is written before.
    int nextRead(int item, int visit) {
        for (Next next : accesses.getOrDefault(item, List.of())) {
            if (next.visit > visit) {
                return next.reads ? next.visit : NEVER;
            }
        }
        return sweep.course() instanceof Course.Kept ? AFTERWARDS : NEVER;
    }
}
