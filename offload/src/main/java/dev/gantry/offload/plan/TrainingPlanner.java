package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.TierUse.Use;
import dev.gantry.offload.plan.TrainingPlan.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Plans a job without running a step: shapes give bytes, a moment of probes gives time.
///
/// Of all ways to lay out the job that fit the budgets the fastest is taken; so layers are recomputed, and weights
/// leave the device, only when memory asks for it.
public final class TrainingPlanner {
    /// The JVM, its heap, code and thread stacks.
    static final long RUNTIME_BYTES = 200L << 20;

    private static final List<Integer> RINGS = List.of(1, 2, 3, 4);
    private static final int MOST_CHANGES = 3;
    private static final int LEAST_TOKENS = 64;

    private static final Comparator<TrainingPlan> FASTER =
            Comparator.comparingDouble(plan -> plan.step().seconds());
    private static final Comparator<TrainingPlan> SMALLER =
            Comparator.comparingLong(plan -> plan.tier(Tier.DEVICE).bytes());

    private final Backend backend;
    private final int threads;
    private final List<Integer> rings;

    /// @param threads that compute; copies on the processor take their share from them
    public TrainingPlanner(Backend backend, int threads) {
        this(backend, threads, RINGS);
    }

    /// @param rings numbers of slots to choose from, for blocks that pass through the device
    public TrainingPlanner(Backend backend, int threads, List<Integer> rings) {
        this.backend = backend;
        this.threads = threads;
        this.rings = List.copyOf(rings);
    }

    /// Plans with weights in the model's files, mapped into memory.
    ///
    /// @param budgetBytes memory the job may use
    public TrainingPlan plan(TrainingJob job, MachineRates rates, long budgetBytes) {
        return best(
                job,
                variant -> retentions(variant).stream()
                        .map(retention -> mapped(variant, rates, budgetBytes, retention))
                        .toList());
    }

    /// Plans for a device with a memory of its own.
    public TrainingPlan plan(TrainingJob job, MachineRates rates, Budgets budgets) {
        return best(
                job,
                variant -> new AdapterLayouts(backend, variant, budgets)
                        .all(rings).stream()
                                .map(laid -> timed(variant, rates, laid.placement(), laid.tiers(), laid.moved()))
                                .toList());
    }

    static List<Retention> retentions(TrainingJob job) {
        Retention asked = job.retention();
        return asked == null ? List.of(Retention.values()) : List.of(asked);
    }

    /// All ways to lay out a job.
    interface Layouts {
        List<TrainingPlan> of(TrainingJob job);
    }

    /// The fastest plan that fits; when none does the smallest, with what would help.
    static TrainingPlan best(TrainingJob job, Layouts layouts) {
        List<TrainingPlan> plans = layouts.of(job);
        return fastest(plans).orElseGet(() -> {
            TrainingPlan least = plans.stream().min(SMALLER).orElseThrow();
            return least.with(changes(job, layouts));
        });
    }

    private static Optional<TrainingPlan> fastest(List<TrainingPlan> plans) {
        return plans.stream().filter(TrainingPlan::fits).min(FASTER.thenComparing(SMALLER));
    }

    private TrainingPlan mapped(TrainingJob job, MachineRates rates, long budgetBytes, Retention retention) {
        JobBytes bytes = new JobBytes(backend, job);
        List<Use> uses = new ArrayList<>(bytes.besidePassAndWeights());
        uses.add(new Use("activations and workspace", bytes.pass(retention)));
        uses.add(new Use("converted weights", bytes.converted()));
        uses.add(new Use("weights in the model's files", bytes.mapped()));
        uses.add(new Use("runtime", RUNTIME_BYTES));
        TierUse device = new TierUse(Tier.DEVICE, budgetBytes, uses);
        Placement placement = new Placement(new Placement.Weights.Mapped(), retention);
        return timed(job, rates, placement, List.of(device), MovedBytes.NONE);
    }

    /// Kernels of a step by themselves.
    static double kernelSeconds(TrainingJob job, Retention retention, MachineRates rates) {
        return rates.compute().of(job, retention).seconds(job.spec().layers());
    }

    private TrainingPlan timed(
            TrainingJob job, MachineRates rates, Placement placement, List<TierUse> tiers, MovedBytes moved) {
        StepTime step = stepTime(job, rates, placement, moved);
        StepTime ofWeights = stepTime(job, rates, placement, moved.ofWeights());
        long free = freeTokensPerStep(job, rates, placement.retention(), ofWeights);
        return new TrainingPlan(placement, tiers, step, moved, job.tokensPerStep(), free, job.steps(), List.of());
    }

    /// Tokens of a step from which on what it moves takes no longer than its kernels.
    ///
    /// @param step its time at these rates
    public static long freeTokensPerStep(TrainingJob job, MachineRates rates, Retention retention, StepTime step) {
        double alone = kernelSeconds(job, retention, rates);
        double moving = Math.max(step.copySeconds(), step.diskSeconds());
        return (long) Math.ceil(moving / alone * job.tokensPerStep());
    }

    /// Time of a step that is laid out already, at rates of another moment.
    public StepTime stepTime(TrainingJob job, MachineRates rates, Placement placement, MovedBytes moved) {
        return new AdapterStepTime(job, rates, threads).of(placement, moved);
    }

    /// What would make the job fit, the fastest ways first.
    private static List<Change> changes(TrainingJob job, Layouts layouts) {
        List<Change> changes = new ArrayList<>();
        TrainingJob shorter = job;
        for (int halvings = 0; halvings < MOST_CHANGES && shorter.microBatchTokens() > LEAST_TOKENS; halvings++) {
            shorter = shorter.withHalvedMicroBatches();
            add("micro-batches of " + shorter.microBatchTokens() + " tokens", layouts.of(shorter), changes);
        }
        if (job.compute() == ComputeType.F32) {
            add("compute in bf16", layouts.of(job.computingIn(ComputeType.BF16)), changes);
        }
        if (!job.trained().isEmpty()) {
            add("train an adapter instead of whole parameters", layouts.of(job.withoutTrained()), changes);
        }
        changes.sort(Comparator.comparingDouble(Change::tokensPerSecond).reversed());
        return changes.subList(0, Math.min(MOST_CHANGES, changes.size()));
    }

    private static void add(String what, List<TrainingPlan> plans, List<Change> changes) {
        fastest(plans)
                .map(plan -> new Change(what, plan.tier(Tier.DEVICE).bytes(), plan.tokensPerSecond()))
                .ifPresent(changes::add);
    }
}
