package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.plan.InferencePlan.Least;
import dev.gantry.offload.plan.Layouts.Layout;
import dev.gantry.offload.plan.Layouts.Need;
import dev.gantry.offload.plan.TierUse.Use;
import java.util.Comparator;
import java.util.List;

/// Plans answers of a model under budgets: of all layouts that fit, the one that answers a usual question fastest.
///
/// Keys and values, the head and the blocks that do not fit the device lie in host memory, where decoding computes with
/// them as they lie, or in the model's files. The layout never changes an answer.
public final class InferencePlanner {
    private static final Comparator<InferencePlan> FASTER = Comparator.comparingDouble(InferencePlan::seconds);
    /// What lies on the device need never come there.
    private static final Comparator<InferencePlan> NEARER =
            Comparator.comparingInt(plan -> -plan.weights().count(Tier.DEVICE));
    private static final Comparator<InferencePlan> SMALLER =
            Comparator.comparingLong(plan -> plan.tier(Tier.DEVICE).bytes());

    private final Backend backend;
    private final int threads;

    /// @param threads that compute; copies on the processor take their share from them
    public InferencePlanner(Backend backend, int threads) {
        this.backend = backend;
        this.threads = threads;
    }

    /// The fastest layout that fits; the smallest one when none does.
    public InferencePlan plan(InferenceJob job, InferenceRates rates, Budgets budgets) {
        Planning planning = new Planning(job, budgets);
        InferenceTimes times = new InferenceTimes(job, rates, threads);
        List<Layout> layouts = planning.layouts(Layouts.MOST_SLOTS);
        Least least = least(job, budgets);
        return layouts.stream()
                .filter(planning::fits)
                .map(layout -> planning.plan(layout, times))
                .min(FASTER.thenComparing(NEARER).thenComparing(SMALLER))
                .map(plan -> plan.advising(least, job.capacity()))
                .orElseGet(
                        () -> planning.plan(layouts.getFirst(), times).advising(least, fittingCapacity(job, budgets)));
    }

    /// The same layout with times of other rates.
    public InferencePlan timed(InferencePlan plan, InferenceRates rates) {
        InferenceTimes times = new InferenceTimes(plan.job(), rates, threads);
        return plan.taking(times.decode(plan.weights()), times.prefill(plan.weights()));
    }

    private int fittingCapacity(InferenceJob job, Budgets budgets) {
        InferenceJob shorter = job;
        while (shorter.capacity() >= 4) {
            shorter = shorter.withHalvedCapacity();
            Planning planning = new Planning(shorter, budgets);
            if (planning.layouts(1).stream().anyMatch(planning::fits)) {
                return shorter.capacity();
            }
        }
        return 0;
    }

    /// With no block kept anywhere: the smallest device beside the host that is given, or beside the smallest host.
    private Least least(InferenceJob job, Budgets budgets) {
        Planning bare = new Planning(job, new Budgets(0, 0, budgets.diskFolder()));
        List<Least> needs = bare.layouts(1).stream()
                .map(layout -> new Least(bare.deviceBytes(layout), bare.hostBytes(layout)))
                .toList();
        return Least.of(needs, budgets.hostBytes());
    }

    /// One job under some budgets.
    private final class Planning {
        private final InferenceJob job;
        private final Budgets budgets;
        private final ModelShapes model;
        private final Generator.Uses generator;
        private final long adapterBytes;
        private final long kernelBytes;

        Planning(InferenceJob job, Budgets budgets) {
            this.job = job;
            this.budgets = budgets;
            this.model = job.shapes();
            var adapters = model.adapters(job.adapterRanks(), 0);
            this.generator = Generator.measureByUse(
                    backend, job.spec(), job.compute(), adapters, job.sequences(), job.capacity());
            this.adapterBytes = model.adapterBytes(job.adapterRanks()) + model.f32Bytes(job.overlaid());
            this.kernelBytes = KernelNeeds.bytes(backend, job);
        }

        List<Layout> layouts(int mostSlots) {
            long beside = generator.activations() + adapterBytes + kernelBytes;
            Need need = new Need(beside, generator.cache(), job.sequences());
            return new Layouts(backend, model, job.overlaid(), budgets, need).all(mostSlots);
        }

        boolean fits(Layout layout) {
            return device(layout).fits() && host(layout).fits();
        }

        long deviceBytes(Layout layout) {
            return device(layout).bytes();
        }

        long hostBytes(Layout layout) {
            return host(layout).bytes();
        }

        InferencePlan plan(Layout layout, InferenceTimes times) {
            FrozenPlan plan = layout.plan();
            return new InferencePlan(
                    job,
                    plan,
                    layout.cache(),
                    List.of(device(layout), host(layout), disk(plan)),
                    times.decode(plan),
                    times.prefill(plan),
                    new Least(0, 0),
                    0);
        }

        private TierUse device(Layout layout) {
            return new TierUse(
                    Tier.DEVICE,
                    budgets.deviceBytes(),
                    List.of(
                            new Use("activations and workspace", generator.activations()),
                            cacheOn(Tier.DEVICE, layout),
                            new Use("adapters", adapterBytes),
                            new Use(KernelNeeds.USE, kernelBytes),
                            new Use("weights on the device", layout.weights().deviceBytes())));
        }

        private TierUse host(Layout layout) {
            Use weights = new Use("weights and read buffers", layout.weights().hostBytes());
            return new TierUse(Tier.HOST, budgets.hostBytes(), List.of(cacheOn(Tier.HOST, layout), weights));
        }

        private Use cacheOn(Tier tier, Layout layout) {
            return new Use("key/value cache", layout.cache() == tier ? generator.cache() : 0);
        }

        private TierUse disk(FrozenPlan plan) {
            long bytes = 0;
            for (int layer = 0; layer < plan.homes().size(); layer++) {
                bytes += plan.homes().get(layer) == Tier.DISK ? model.storedBytes(layer) : 0;
            }
            return new TierUse(
                    Tier.DISK,
                    MemoryAccount.UNLIMITED,
                    List.of(
                            new Use("blocks of the model", bytes),
                            new Use("head", plan.head().home() == Tier.DISK ? model.storedHeadBytes() : 0),
                            new Use("embedding tables, of which rows are read", model.tableBytes())));
        }
    }
}
