package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.RankPlan.RankUse;
import dev.gantry.offload.plan.TierUse.Use;
import dev.gantry.offload.ranks.MicroBatchShare;
import dev.gantry.offload.ranks.RankBytes;
import dev.gantry.offload.ranks.RankedJob;
import dev.gantry.offload.ranks.StepTraffic;
import java.util.ArrayList;
import java.util.List;
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

    /// The fastest plan that fits, else the smallest.
    ///
    /// @param ranked the job as ranks see it, by what the forward keeps
    /// @param rates of what each rank computes on: the processor with all threads together, or its card
    public RankPlan plan(
            TrainingJob job, Function<Retention, RankedJob> ranked, List<MachineRates> rates, Limits limits) {
        Retention asked = job.retention();
        List<Retention> choices = asked == null ? List.of(Retention.EVERYTHING, Retention.BOUNDARY) : List.of(asked);
        RankPlan plan = plan(job, ranked.apply(choices.getFirst()), rates, limits);
        return plan.fits() ? plan : plan(job, ranked.apply(choices.getLast()), rates, limits);
    }

    private RankPlan plan(TrainingJob job, RankedJob ranked, List<MachineRates> rates, Limits limits) {
        int count = machine.count();
        RankBytes bytes = RankBytes.measure(ranked, machine.devices());
        List<RankUse> ranks = new ArrayList<>();
        for (int rank = 0; rank < count; rank++) {
            List<Use> uses = new ArrayList<>();
            bytes.ranks().get(rank).forEach((what, each) -> uses.add(new Use(what, each)));
            if (machine.isApart()) {
                Backend card = machine.devices().backends().get(rank);
                uses.add(new Use(KernelNeeds.USE, KernelNeeds.bytes(card, job)));
            }
            if (rank == 0 && machine.isApart()) {
                uses.add(new Use("sample answers", new JobBytes(backend, job).sampling()));
            }
            int microBatches =
                    MicroBatchShare.of(job.microBatches(), rank, count).count();
            TierUse device = new TierUse(Tier.DEVICE, limits.rankBytes().get(rank), uses);
            ranks.add(new RankUse(
                    device, machine.names().get(rank), machine.threads().get(rank), microBatches));
        }
        var between = StepTraffic.of(ranked, count, job.microBatches());
        Placement placement =
                new Placement(new Placement.Weights.Mapped(), ranked.extent().retention());
        TrainingPlan together = new TrainingPlan(
                placement,
                tiers(ranks, shared(job, ranked, bytes), limits),
                stepTime(job, placement.retention(), rates, between.received()),
                MovedBytes.NONE,
                job.tokensPerStep(),
                0,
                job.steps(),
                List.of());
        return new RankPlan(
                ranked.stage(),
                ranks,
                between.receivedBytes(),
                machine.devices().fabric().carrier(),
                division(job, ranked, ranks, rates),
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

    private @Nullable CardDivision division(
            TrainingJob job, RankedJob ranked, List<RankUse> ranks, List<MachineRates> rates) {
        return machine.links() == null || !(ranked.base() instanceof RankedJob.Base.Frozen)
                ? null
                : CardDivision.of(job, ranked, ranks, rates, machine.links());
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

    /// The slowest rank's share of the kernels; in the backward the ranks follow each other one unit (head, block,
    /// embedding) apart. What crosses is copied by all threads, or by the links of the cards at once.
    private StepTime stepTime(TrainingJob job, Retention retention, List<MachineRates> rates, long betweenBytes) {
        int count = machine.count();
        int allThreads = machine.threads().stream().mapToInt(Integer::intValue).sum();
        double slowest = 0;
        for (int rank = 0; rank < count; rank++) {
            double share = MicroBatchShare.of(job.microBatches(), rank, count).count() / (double) job.microBatches();
            double ofSpeed = machine.isApart() ? 1 : machine.threads().get(rank) / (double) allThreads;
            double alone = TrainingPlanner.kernelSeconds(job, retention, rates.get(rank));
            slowest = Math.max(slowest, alone * share / ofSpeed);
        }
        double units = job.spec().layers() + 2.0;
        double behind = 1 + BACKWARD_SHARE * (count - 1) / units;
        double between = betweenBytes / bytesPerSecond(rates.getFirst(), allThreads);
        return new StepTime(slowest * behind + between, 0, 0);
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
