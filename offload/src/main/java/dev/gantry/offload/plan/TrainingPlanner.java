package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.FrozenPlan.Head;
import dev.gantry.offload.frozen.FrozenPlan.Waiting;
import dev.gantry.offload.plan.TierUse.Use;
import dev.gantry.offload.plan.TrainingPlan.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        return best(job, variant -> {
            List<TrainingPlan> plans = new ArrayList<>();
            JobBytes bytes = new JobBytes(backend, variant);
            for (Retention retention : retentions(variant)) {
                List<Use> fixed = fixed(bytes, retention);
                for (int slots : rings) {
                    plans.add(tiered(variant, rates, budgets, retention, fixed, slots));
                }
            }
            return plans;
        });
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
        List<Use> uses = new ArrayList<>(fixed(bytes, retention));
        uses.add(new Use("converted weights", bytes.converted()));
        uses.add(new Use("weights in the model's files", bytes.mapped()));
        uses.add(new Use("runtime", RUNTIME_BYTES));
        TierUse device = new TierUse(Tier.DEVICE, budgetBytes, uses);
        Placement placement = new Placement(new Placement.Weights.Mapped(), retention);
        return timed(job, rates, placement, List.of(device), MovedBytes.NONE);
    }

    /// What the device holds however the weights are laid out.
    private static List<Use> fixed(JobBytes bytes, Retention retention) {
        return List.of(
                new Use("activations and workspace", bytes.pass(retention)),
                new Use("trained parameters, gradients and optimizer", bytes.trained()),
                new Use("batches", bytes.batches()),
                new Use("sample answers", bytes.sampling()));
    }

    private TrainingPlan tiered(
            TrainingJob job, MachineRates rates, Budgets budgets, Retention retention, List<Use> fixed, int slots) {
        List<Use> device = new ArrayList<>(fixed);
        long taken = device.stream().mapToLong(Use::bytes).sum();
        ModelShapes model = job.shapes();
        BlockFilling blocks = new BlockFilling(backend, model, model.withoutMemory(Set.of()), budgets);
        FrozenPlan plan = blocks.fill(new BlockFilling.Wish(Head.ON_DEVICE, Waiting.NARROW, slots, taken, 0));
        BlockFilling.Taken weights = blocks.taken(plan);
        device.add(new Use("weights on the device", weights.deviceBytes()));
        List<TierUse> tiers = List.of(
                new TierUse(Tier.DEVICE, budgets.deviceBytes(), device),
                new TierUse(
                        Tier.HOST,
                        budgets.hostBytes(),
                        List.of(new Use("weights and read buffers", weights.hostBytes()))));
        Placement placement = new Placement(new Placement.Weights.Tiered(plan), retention);
        return timed(job, rates, placement, tiers, MovedBytes.perStep(plan, layer -> model.movedBytes(plan, layer)));
    }

    /// Kernels of a step by themselves.
    static double kernelSeconds(TrainingJob job, Retention retention, MachineRates rates) {
        return rates.compute().of(job, retention).seconds(job.spec().layers());
    }

    private TrainingPlan timed(
            TrainingJob job, MachineRates rates, Placement placement, List<TierUse> tiers, MovedBytes moved) {
        StepTime step = stepTime(job, rates, placement, moved);
        long free = freeTokensPerStep(job, rates, placement.retention(), step);
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
        int layers = job.spec().layers();
        ComputeTimes kernels = rates.compute().of(job, placement.retention());
        double copied = (moved.hostBytes() + moved.diskBytes()) / rates.copyBytesPerSecond();
        double disk = moved.diskBytes() / rates.diskBytesPerSecond();
        // the loader is one more thread on the cores that compute
        double slower = 1 + copied / threads / kernels.seconds(layers);
        ComputeTimes shared = kernels.slowedBy(slower);
        double wait = waitSeconds(placement, shared, rates, moved);
        return new StepTime(shared.seconds(layers), copied, disk, wait);
    }

    private static double waitSeconds(Placement placement, ComputeTimes kernels, MachineRates rates, MovedBytes moved) {
        return switch (placement.weights()) {
            case Placement.Weights.Mapped _, Placement.Weights.Trained _ -> 0;
            case Placement.Weights.Tiered(FrozenPlan plan) -> {
                double bytes =
                        moved.blocks() == 0 ? 0 : (double) (moved.hostBytes() + moved.diskBytes()) / moved.blocks();
                double copy = bytes / rates.copyBytesPerSecond();
                double read = bytes / rates.diskBytesPerSecond();
                yield StepTimeline.waitSeconds(plan, kernels, new StepTimeline.Loads(copy, Math.max(copy, read)));
            }
        };
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
