package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.FullLayout.Dealt;
import dev.gantry.offload.plan.FullLayout.Group;
import dev.gantry.offload.plan.FullLayout.Limits;
import dev.gantry.offload.plan.TierUse.Use;
import dev.gantry.offload.trainable.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Plans training of all parameters on a device with a memory of its own: where parameters, gradients, masters and
/// moments live, and how long a step takes then.
public final class FullPlanner {
    private static final Group PARAMETERS = new Group.Kinds(List.of(Kind.PARAMETER));
    private static final Group STREAM = new Group.Stream();
    private static final Group GRADIENTS = new Group.Kinds(List.of(Kind.GRADIENT));
    /// Of use on the device only together.
    private static final Group STATES = new Group.Kinds(List.of(Kind.MASTER, Kind.MOMENTS));
    /// What is given the device first.
    private static final List<List<Group>> ORDERS =
            List.of(List.of(PARAMETERS, STREAM, GRADIENTS, STATES), List.of(STREAM, PARAMETERS, STATES, GRADIENTS));

    private final Backend backend;
    private final int threads;

    /// @param threads that compute; updates off the device take their share from them
    public FullPlanner(Backend backend, int threads) {
        this.backend = backend;
        this.threads = threads;
    }

    /// The fastest layout that fits, or the smallest one with what would help.
    public TrainingPlan plan(TrainingJob job, FullTraining training, MachineRates rates, Budgets budgets) {
        return TrainingPlanner.best(
                job, variant -> variant.trained().isEmpty() ? List.of() : layouts(variant, training, rates, budgets));
    }

    private List<TrainingPlan> layouts(TrainingJob job, FullTraining training, MachineRates rates, Budgets budgets) {
        List<TrainingPlan> plans = new ArrayList<>();
        for (Retention retention : TrainingPlanner.retentions(job)) {
            for (List<Group> order : ORDERS) {
                plans.add(layout(job, training, rates, budgets, retention, order));
            }
        }
        return plans;
    }

    private TrainingPlan layout(
            TrainingJob job,
            FullTraining training,
            MachineRates rates,
            Budgets budgets,
            Retention retention,
            List<Group> order) {
        JobBytes bytes = new JobBytes(backend, job);
        List<Use> device = List.of(
                new Use("token batches", bytes.batches()),
                new Use("sample answers", bytes.sampling()),
                new Use(KernelNeeds.USE, KernelNeeds.bytes(backend, job)));
        List<Use> host = List.of(new Use("saving and resuming", FullLayout.savingBytes(job)));
        Limits left = new Limits(budgets.deviceBytes() - sum(device), budgets.hostBytes() - sum(host));
        Dealt dealt = new FullLayout(backend, job, retention, training, left, threads).deal(order);
        List<TierUse> tiers = new ArrayList<>(List.of(
                new TierUse(
                        Tier.DEVICE,
                        budgets.deviceBytes(),
                        all(device, dealt.needs().device())),
                new TierUse(
                        Tier.HOST, budgets.hostBytes(), all(host, dealt.needs().host()))));
        if (dealt.needs().fileBytes() > 0) {
            Use states = new Use(
                    "states in two generations, and what passes or waits",
                    dealt.needs().fileBytes());
            tiers.add(new TierUse(Tier.DISK, MemoryAccount.UNLIMITED, List.of(states)));
        }
        Placement placement = new Placement(new Placement.Weights.Trained(dealt.plan(), dealt.boundaries()), retention);
        return new FullStepTime(job, training, rates, threads).timed(placement, tiers, dealt.needs());
    }

    private static long sum(List<Use> uses) {
        return uses.stream().mapToLong(Use::bytes).sum();
    }

    private static List<Use> all(List<Use> fixed, Map<String, Long> more) {
        List<Use> uses = new ArrayList<>(fixed);
        more.forEach((what, bytes) -> uses.add(new Use(what, bytes)));
        return uses;
    }
}
