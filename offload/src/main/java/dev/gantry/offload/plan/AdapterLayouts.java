package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan.Head;
import dev.gantry.offload.plan.AdapterLayout.Laid;
import dev.gantry.offload.plan.AdapterLayout.Way;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The ways to lay out the training of an adapter that are worth comparing. Head and stream leave the device only in
/// those where something has to leave it.
final class AdapterLayouts {
    /// One block of the head that is computed with and one that is filled.
    private static final int MOST_HEAD_SLOTS = 2;

    private final TrainingJob job;
    private final Budgets budgets;
    private final ModelShapes model;
    private final AdapterLayout layout;

    AdapterLayouts(Backend backend, TrainingJob job, Budgets budgets) {
        this.job = job;
        this.budgets = budgets;
        this.model = job.shapes();
        this.layout = new AdapterLayout(backend, job, budgets);
    }

    /// @param rings numbers of slots to choose from
    List<Laid> all(List<Integer> rings) {
        List<Head> heads = heads();
        Map<Way, Laid> all = new LinkedHashMap<>();
        for (Retention retention : TrainingPlanner.retentions(job)) {
            for (int slots : rings) {
                Way way = new Way(retention, heads.getFirst(), slots, layout.units());
                if (!add(way, all).isComplete()) {
                    heads.forEach(head -> addLeaving(fittingHost(way.with(head), all), all));
                }
            }
            if (all.values().stream().anyMatch(Laid::isComplete)) {
                break;
            }
        }
        if (all.values().stream().noneMatch(Laid::fits)) {
            for (Way way : List.copyOf(all.keySet())) {
                add(way.staying(0), all);
            }
        }
        return List.copyOf(all.values());
    }

    /// The same with the head on disk where host memory does not hold it.
    private Way fittingHost(Way way, Map<Way, Laid> all) {
        boolean chosen = budgets.placed().head() == null && way.head().home() == Tier.HOST;
        return chosen && !add(way, all).fits(Tier.HOST)
                ? way.with(new Head(Tier.DISK, way.head().slots()))
                : way;
    }

    private Laid add(Way way, Map<Way, Laid> all) {
        return all.computeIfAbsent(way, layout::lay);
    }

    /// With all of the stream on the device, and with no more than its gradient, which every visit of the backward asks
    /// for, where that makes the job fit or makes room for a block.
    private void addLeaving(Way way, Map<Way, Laid> all) {
        TierUse device = add(way, all).tiers().getFirst();
        if (budgets.placed().boundaries() != null) {
            return;
        }
        long left = budgets.deviceBytes() - device.bytes() + layout.freedByStream(way);
        if (left >= (device.fits() ? model.ready().bytes() : 0)) {
            add(way.staying(1), all);
        }
    }

    private List<Head> heads() {
        int slots = Math.min(MOST_HEAD_SLOTS, HeadBlocks.of(job.spec()).count());
        Tier asked = budgets.placed().head();
        if (asked != null) {
            return List.of(asked == Tier.DEVICE ? Head.ON_DEVICE : new Head(asked, slots));
        }
        List<Head> heads = new ArrayList<>(List.of(Head.ON_DEVICE));
        // a head of one block passes through a slot of its own size
        if (slots > 1) {
            heads.add(new Head(Tier.HOST, slots));
            heads.add(new Head(Tier.HOST, 1));
        }
        return heads;
    }
}
