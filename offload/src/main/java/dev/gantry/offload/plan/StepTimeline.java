package dev.gantry.offload.plan;

import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.RingSchedule;
import dev.gantry.offload.frozen.RingSchedule.Load;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// One step with blocks that pass through a ring, played through from visit to visit: a load begins when the loader is
/// free and the visit that last needs its slot is over, a visit when the one before is over and its block is there.
final class StepTimeline {
    private final FrozenPlan plan;
    private final ComputeTimes compute;
    private final Loads seconds;
    private final int[] streamed;
    private final Map<Integer, Load> loadOfVisit = new HashMap<>();
    private final double[] visitOver;
    private int visits;
    private double now;
    private double loaderFree;

    /// Seconds that one block takes to come.
    record Loads(double fromHost, double fromDisk) {}

    private StepTimeline(FrozenPlan plan, ComputeTimes compute, Loads seconds) {
        this.plan = plan;
        this.compute = compute;
        this.seconds = seconds;
        this.streamed = streamed(plan);
        this.visitOver = new double[2 * streamed.length];
        steady(plan).loads().forEach(load -> loadOfVisit.put(load.visit(), load));
    }

    /// Seconds that the computing of a step after the first waits for blocks.
    static double waitSeconds(FrozenPlan plan, ComputeTimes compute, Loads seconds) {
        if (streamed(plan).length == 0) {
            return 0;
        }
        return new StepTimeline(plan, compute, seconds).play();
    }

    /// The transfers of every step after the first.
    static RingSchedule steady(FrozenPlan plan) {
        int[] visits = RingSchedule.visits(Sweep.FORWARD_BACKWARD, streamed(plan));
        RingSchedule first = RingSchedule.of(RingSchedule.emptySlots(plan.slots()), visits, plan.lead());
        return RingSchedule.of(first.contentsAfter(), visits, plan.lead());
    }

    static int[] streamed(FrozenPlan plan) {
        return IntStream.range(0, plan.homes().size())
                .filter(layer -> plan.homes().get(layer) != Tier.DEVICE)
                .toArray();
    }

    private double play() {
        int layers = plan.homes().size();
        for (int layer = 0; layer < layers; layer++) {
            visit(layer, compute.forwardVisit());
        }
        now += compute.head();
        for (int layer = layers - 1; layer >= 0; layer--) {
            visit(layer, compute.backwardVisit());
        }
        return now + compute.outside() - compute.seconds(layers);
    }

    private void visit(int layer, double takes) {
        if (plan.homes().get(layer) == Tier.DEVICE) {
            now += takes;
            return;
        }
        Load load = loadOfVisit.get(visits);
        if (load != null) {
            double slotFree = load.after() < 0 ? 0 : visitOver[load.after()];
            double takesToLoad = plan.homes().get(load.block()) == Tier.HOST ? seconds.fromHost() : seconds.fromDisk();
            loaderFree = Math.max(loaderFree, slotFree) + takesToLoad;
            now = Math.max(now, loaderFree);
        }
        now += takes;
        visitOver[visits++] = now;
    }
}
