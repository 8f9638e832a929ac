package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.Links;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.cards.Division;
import dev.gantry.offload.plan.RankPlan.RankUse;
import dev.gantry.offload.plan.TierUse.Use;
import dev.gantry.offload.ranks.MicroBatchShare;
import dev.gantry.offload.ranks.RankBytes;
import dev.gantry.offload.ranks.RankedJob;
import dev.gantry.offload.ranks.StepTraffic;
import dev.gantry.offload.ranks.ZeroStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Plans a job on several ranks of one machine: bytes counted by the code that allocates them, and every byte that
/// crosses between them.
public final class RankPlanner {
    /// Forward, recomputing or not, is a third of a step's work, and the backward the rest.
    private static final double BACKWARD_SHARE = 2.0 / 3;

    private final Backend backend;
    private final RankMachine machine;

    /// @param backend that measures shapes and answers between steps
    public RankPlanner(Backend backend, RankMachine machine) {
        this.backend = backend;
        this.machine = machine;
    }

    /// What the job may take.
    ///
    /// @param rankBytes of each rank's device
    /// @param machineBytes of all that lies in memory of the process
    public record Limits(List<Long> rankBytes, long machineBytes) {
        public Limits {
            rankBytes = List.copyOf(rankBytes);
        }
    }

    /// A job as ranks see it.
    public interface Dividing {
        RankedJob job(Retention retention, RankedJob.Division division);
    }

    /// How the job may be divided.
    ///
    /// @param zero what ranks hold once together where micro-batches are divided
    public record Choice(RankDivision division, ZeroStage zero) {}

    /// The fastest plan that fits, else the smallest.
    ///
    /// @param rates of what each rank computes on: the processor with all threads together, or its card
    public RankPlan plan(TrainingJob job, Dividing dividing, Choice choice, List<MachineRates> rates, Limits limits) {
        Planned planned = new Planned(job, dividing, rates, limits);
        if (choice.division() == RankDivision.DEALT) {
            return dealt(planned);
        }
        RankPlan shares = shares(planned, choice.zero());
        CardDivision division = shares.division();
        if (choice.division() == RankDivision.SHARES || shares.fits() || division == null) {
            return shares;
        }
        return switch (division.faster()) {
            case LAYERS -> dealt(planned);
            case SHARDS -> shares(planned, ZeroStage.PARAMETERS);
            case NEITHER_FITS -> shares;
        };
    }

    /// What a plan is made from.
    private record Planned(TrainingJob job, Dividing dividing, List<MachineRates> rates, Limits limits) {

        RankedJob ranked(Retention retention, RankedJob.Division division) {
            return dividing.job(retention, division);
        }
    }

    private RankPlan shares(Planned planned, ZeroStage zero) {
        return fitting(planned, _ -> new RankedJob.Division.ByMicroBatches(zero));
    }

    private RankPlan dealt(Planned planned) {
        return fitting(
                planned,
                retention -> new RankedJob.Division.ByBlocks(
                        dealer(planned, retention).counts()));
    }

    /// With everything kept if that fits, else with the boundaries.
    private RankPlan fitting(Planned planned, Function<Retention, RankedJob.Division> division) {
        Retention asked = planned.job().retention();
        List<Retention> choices = asked == null ? List.of(Retention.EVERYTHING, Retention.BOUNDARY) : List.of(asked);
        RankPlan plan = null;
        for (Retention retention : choices) {
            plan = plan(planned, planned.ranked(retention, division.apply(retention)));
            if (plan.fits()) {
                return plan;
            }
        }
        return Objects.requireNonNull(plan);
    }

    private BlockDealer dealer(Planned planned, Retention retention) {
        Links links = machine.links();
        return new BlockDealer(
                planned.job(),
                retention,
                planned.limits().rankBytes(),
                planned.rates(),
                links != null ? links : Links.uniform(machine.count(), Double.POSITIVE_INFINITY),
                counts -> {
                    RankedJob dealt = planned.ranked(retention, new RankedJob.Division.ByBlocks(counts));
                    return uses(planned.job(), dealt).stream()
                            .map(uses -> uses.stream().mapToLong(Use::bytes).sum())
                            .toList();
                });
    }

    /// What each rank takes.
    private List<List<Use>> uses(TrainingJob job, RankedJob ranked) {
        return uses(job, RankBytes.measure(ranked, machine.devices()));
    }

    private List<List<Use>> uses(TrainingJob job, RankBytes bytes) {
        List<List<Use>> all = new ArrayList<>();
        for (int rank = 0; rank < machine.count(); rank++) {
            List<Use> uses = new ArrayList<>();
            bytes.ranks().get(rank).forEach((what, each) -> uses.add(new Use(what, each)));
            if (machine.isApart()) {
                Backend card = machine.devices().backends().get(rank);
                uses.add(new Use(KernelNeeds.USE, KernelNeeds.bytes(card, job)));
            }
            if (rank == 0 && machine.isApart()) {
                uses.add(new Use("sample answers", new JobBytes(backend, job).sampling()));
            }
            all.add(uses);
        }
        return all;
    }

    private RankPlan plan(Planned planned, RankedJob ranked) {
        TrainingJob job = planned.job();
        List<MachineRates> rates = planned.rates();
        Limits limits = planned.limits();
        int count = machine.count();
        RankBytes bytes = RankBytes.measure(ranked, machine.devices());
        List<List<Use>> uses = uses(job, bytes);
        List<RankUse> ranks = new ArrayList<>();
        for (int rank = 0; rank < count; rank++) {
            TierUse device = new TierUse(Tier.DEVICE, limits.rankBytes().get(rank), uses.get(rank));
            ranks.add(new RankUse(
                    device,
                    machine.names().get(rank),
                    machine.threads().get(rank),
                    microBatches(ranked, rank),
                    ranked.span(rank)));
        }
        var between = StepTraffic.of(ranked, count, job.microBatches());
        Placement placement =
                new Placement(new Placement.Weights.Mapped(), ranked.extent().retention());
        TrainingPlan together = new TrainingPlan(
                placement,
                tiers(ranks, shared(job, ranked, bytes), limits),
                stepTime(job, ranked, rates, between.received()),
                MovedBytes.NONE,
                job.tokensPerStep(),
                0,
                job.steps(),
                List.of());
        return new RankPlan(
                ranked.division(),
                ranks,
                between.receivedBytes(),
                machine.devices().fabric().carrier(),
                division(planned, ranked, ranks),
                together);
    }

    /// Ranks in memory of the process lie in one tier with what they share; cards are a tier of their own.
    private List<TierUse> tiers(List<RankUse> ranks, List<Use> shared, Limits limits) {
        List<Use> all = new ArrayList<>(machine.isApart() ? List.of() : shared);
        for (int rank = 0; rank < ranks.size(); rank++) {
            all.add(new Use("rank " + rank, ranks.get(rank).device().bytes()));
        }
        if (!machine.isApart()) {
            return List.of(new TierUse(Tier.DEVICE, limits.machineBytes(), all));
        }
        long cards = limits.rankBytes().stream().mapToLong(Long::longValue).sum();
        return List.of(new TierUse(Tier.DEVICE, cards, all), new TierUse(Tier.HOST, limits.machineBytes(), shared));
    }

    private int microBatches(RankedJob ranked, int rank) {
        int all = ranked.extent().microBatches();
        return switch (ranked.division()) {
            case RankedJob.Division.ByMicroBatches _ ->
                MicroBatchShare.of(all, rank, machine.count()).count();
            case RankedJob.Division.ByBlocks _ -> all;
        };
    }

    private @Nullable CardDivision division(Planned planned, RankedJob ranked, List<RankUse> ranks) {
        if (machine.links() == null || !(ranked.base() instanceof RankedJob.Base.Frozen)) {
            return null;
        }
        TrainingJob job = planned.job();
        Optional<Division.Dealt> dealt = job.spec().layers() < machine.count()
                ? Optional.empty()
                : dealer(planned, ranked.extent().retention()).fastest();
        return CardDivision.of(job, ranked, ranks, planned.rates(), machine.links(), dealt);
    }

    private List<Use> shared(TrainingJob job, RankedJob ranked, RankBytes bytes) {
        JobBytes alone = new JobBytes(backend, job);
        long answers = machine.isApart() ? 0 : alone.sampling();
        return List.of(
                new Use("converted weights that all ranks read", bytes.sharedBytes()),
                new Use("batches", alone.batches()),
                new Use(
                        machine.isApart() ? "saving" : "sample answers, or saving",
                        Math.max(answers, savingBytes(ranked))),
                new Use("the adapter as it is saved", adapterBytes(ranked)),
                new Use("weights in the model's files", alone.mapped()),
                new Use("runtime", TrainingPlanner.RUNTIME_BYTES));
    }

    /// A state or value on its way into a checkpoint.
    private static long savingBytes(RankedJob job) {
        return job.tensors().stream()
                .mapToLong(tensor -> TensorArena.roundedBytes(tensor.elements() * DType.F32.bytes()))
                .max()
                .orElse(0);
    }

    private static long adapterBytes(RankedJob job) {
        return switch (job.base()) {
            case RankedJob.Base.AllTrained _ -> 0;
            case RankedJob.Base.Frozen _ ->
                job.tensors().stream()
                        .mapToLong(tensor -> TensorArena.roundedBytes(tensor.elements() * DType.F32.bytes()))
                        .sum();
        };
    }

    /// The slowest rank's share of the kernels. Ranks with micro-batches follow each other one unit (head,
    /// block, embedding) apart in the backward; ranks with blocks of their own follow each other one micro-batch
    /// apart. What crosses is copied by all threads, or by the links of the cards at once.
    private StepTime stepTime(TrainingJob job, RankedJob ranked, List<MachineRates> rates, long betweenBytes) {
        int count = machine.count();
        int allThreads = machine.threads().stream().mapToInt(Integer::intValue).sum();
        Retention retention = ranked.extent().retention();
        double slowest = 0;
        for (int rank = 0; rank < count; rank++) {
            double ofSpeed = machine.isApart() ? 1 : machine.threads().get(rank) / (double) allThreads;
            double alone = TrainingPlanner.kernelSeconds(job, retention, rates.get(rank));
            slowest = Math.max(slowest, alone * share(job, ranked, rank) / ofSpeed);
        }
        double behind = switch (ranked.division()) {
            case RankedJob.Division.ByMicroBatches _ ->
                1 + BACKWARD_SHARE * (count - 1) / (job.spec().layers() + 2.0);
            case RankedJob.Division.ByBlocks _ -> 1 + (count - 1) / (double) job.microBatches();
        };
        double between = betweenBytes / bytesPerSecond(rates.getFirst(), allThreads);
        return new StepTime(slowest * behind + between, 0, 0);
    }

    /// What a rank computes of a step.
    private double share(TrainingJob job, RankedJob ranked, int rank) {
        return switch (ranked.division()) {
            case RankedJob.Division.ByMicroBatches _ -> microBatches(ranked, rank) / (double) job.microBatches();
            case RankedJob.Division.ByBlocks _ -> {
                TrainingFlops flops = TrainingFlops.of(job);
                Retention retention = ranked.extent().retention();
                double head = flops.head() * job.text().labelledShare();
                double block = flops.blockForward() + flops.blockBackward(retention);
                double mine =
                        ranked.span(rank).count() * block + (ranked.span(rank).hasHead() ? head : 0);
                yield mine / (job.spec().layers() * block + head);
            }
        };
    }

    private double bytesPerSecond(MachineRates rates, int allThreads) {
        if (!machine.isApart()) {
            return rates.copyBytesPerSecond() * allThreads;
        }
        return machine.links() == null
                ? Double.POSITIVE_INFINITY
                : machine.links().slowest() * machine.count();
    }
}
