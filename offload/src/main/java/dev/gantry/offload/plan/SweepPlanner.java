package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.InferencePlan.Least;
import dev.gantry.offload.plan.Layouts.Layout;
import dev.gantry.offload.plan.Layouts.Need;
import dev.gantry.offload.plan.TierUse.Use;
import java.util.Comparator;
import java.util.List;

/// Plans passes over whole batches of a frozen model under budgets: of all layouts that fit beside what the passes
/// take, the one that is waited for least. The layout never changes a number.
public final class SweepPlanner {
    private static final Comparator<SweepPlan> FASTER = Comparator.comparingDouble(SweepPlanner::movingSeconds);
    private static final Comparator<SweepPlan> SMALLER =
            Comparator.comparingLong(plan -> plan.tier(Tier.DEVICE).bytes());

    private final Backend backend;

    public SweepPlanner(Backend backend) {
        this.backend = backend;
    }

    /// What moves less is faster on any machine.
    private static double movingSeconds(SweepPlan plan) {
        InferenceRates rates = InferenceRates.USUAL;
        return plan.moved().hostBytes() / rates.copyBytesPerSecond()
                + plan.moved().diskBytes() / rates.diskBytesPerSecond();
    }

    /// The layout that moves least of those that fit; the smallest one when none does.
    public SweepPlan plan(SweepJob job, Budgets budgets) {
        Least least = least(job, budgets);
        List<SweepPlan> plans = layouts(job, budgets, Layouts.MOST_SLOTS).stream()
                .map(layout -> plan(job, budgets, layout, least))
                .toList();
        return plans.stream()
                .filter(SweepPlan::fits)
                .min(FASTER.thenComparing(SMALLER))
                .orElseGet(plans::getFirst);
    }

    private List<Layout> layouts(SweepJob job, Budgets budgets, int mostSlots) {
        Need need = new Need(beside(job), 0, job.rows());
        return new Layouts(backend, job.shapes(), job.overlaid(), budgets, need).all(mostSlots);
    }

    /// What the device holds beside weights.
    private long beside(SweepJob job) {
        return job.deviceBytes() + KernelNeeds.bytes(backend, job);
    }

    private SweepPlan plan(SweepJob job, Budgets budgets, Layout layout, Least least) {
        TierUse device = new TierUse(
                Tier.DEVICE,
                budgets.deviceBytes(),
                List.of(
                        new Use("passes and batches", job.deviceBytes()),
                        new Use(KernelNeeds.USE, KernelNeeds.bytes(backend, job)),
                        new Use("weights on the device", layout.weights().deviceBytes())));
        TierUse host = new TierUse(
                Tier.HOST,
                budgets.hostBytes(),
                List.of(new Use("weights and read buffers", layout.weights().hostBytes())));
        SweepMoves moved = SweepMoves.of(job.shapes(), layout.plan(), job.rows(), job.rows());
        return new SweepPlan(layout.plan(), List.of(device, host), moved, least);
    }

    private Least least(SweepJob job, Budgets budgets) {
        Budgets bare = new Budgets(0, 0, budgets.diskFolder());
        List<Least> needs = layouts(job, bare, 1).stream()
                .map(layout -> new Least(
                        beside(job) + layout.weights().deviceBytes(),
                        layout.weights().hostBytes()))
                .toList();
        return Least.of(needs, budgets.hostBytes());
    }
}
