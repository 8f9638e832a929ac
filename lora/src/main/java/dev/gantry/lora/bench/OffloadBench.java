package dev.gantry.lora.bench;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.bench.OffloadResult.Figure;
import dev.gantry.lora.bench.OffloadResult.Peak;
import dev.gantry.lora.bench.OffloadResult.Streaming;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.StreamedWeights;
import dev.gantry.offload.frozen.Transfers;
import dev.gantry.offload.plan.Budgets;
import dev.gantry.offload.plan.KernelNeeds;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.RateProbe;
import dev.gantry.offload.plan.StepTime;
import dev.gantry.offload.plan.TrainingJob;
import dev.gantry.offload.plan.TrainingPlan;
import dev.gantry.offload.plan.TrainingPlanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Trains adapters of a model that does not fit its memory, and holds what the plan said against what came of it.
///
/// Rates are taken again right before every step that is measured, and steps with and without streaming run in turns:
/// a machine that others use, too, changes from one moment to the next.
public final class OffloadBench {
    private static final int WARM_UPS = 2;
    private static final double UNPROBED_BYTES_PER_SECOND = 1e9;

    private final Backend backend;
    private final OffloadSettings settings;
    private final DecoderSpec spec;
    private final TrainingJob job;
    private final TrainingPlanner planner;
    private final Progress progress;

    /// @param backend stays with the caller
    public OffloadBench(Backend backend, OffloadSettings settings, Progress progress) throws IOException {
        this.backend = backend;
        this.settings = settings;
        this.spec = BenchModels.spec(settings.model());
        this.job = job();
        this.planner = new TrainingPlanner(backend, settings.threads());
        this.progress = progress;
    }

    private TrainingJob job() {
        return new BenchJob(
                        spec,
                        settings.compute(),
                        settings.rank(),
                        settings.batch(),
                        settings.length(),
                        settings.microBatches())
                .planned(null);
    }

    /// Measures for a minute or more, by the shape. Scratch files are gone afterwards.
    ///
    /// @throws GantryException when the budgets are too small, or the work was cancelled
    public OffloadResult run() throws IOException {
        try (ScratchModel model = model()) {
            OffloadResult.Share disk = MachineShares.disk(model.file());
            double diskRate = disk == null ? UNPROBED_BYTES_PER_SECOND : disk.bytesPerSecond();
            MachineRates rates = MachineRates.measure(backend, job).withDisk(diskRate);
            Budgets budgets = new Budgets(bytes(settings.deviceMemory()), bytes(settings.hostMemory()), model.folder());
            TrainingPlan plan = planner.plan(job, rates, budgets);
            requireFits(plan, model);
            return measured(model, plan, budgets, disk, diskRate);
        }
    }

    private ScratchModel model() throws IOException {
        DType type = settings.compute().dtype();
        return settings.diskFolder() == null
                ? ScratchModel.inMemory(spec, type, settings.seed())
                : ScratchModel.inFile(spec, type, settings.seed(), settings.diskFolder(), progress);
    }

    private static long bytes(@Nullable ByteSize size) {
        return size == null ? MemoryAccount.UNLIMITED : size.bytes();
    }

    private static void requireFits(TrainingPlan plan, ScratchModel model) {
        if (!plan.fits()) {
            throw GantryException.usage(
                    "MEMORY-BUDGET",
                    "cannot measure in so little memory",
                    "the smallest layout takes " + plan.tier(Tier.DEVICE).bytes() + " bytes of the device and "
                            + plan.tier(Tier.HOST).bytes() + " of host memory",
                    "Give it more memory, or smaller micro-batches.");
        }
        if (usesDisk(plan) && model.file() == null) {
            throw GantryException.usage(
                    "BENCH-NO-DISK",
                    "cannot keep the model in so little memory",
                    "parts of it would have to lie on disk",
                    "Give it more host memory or a --disk-folder.");
        }
    }

    private static boolean usesDisk(TrainingPlan plan) {
        FrozenPlan blocks = blocks(plan);
        return blocks.count(Tier.DISK) > 0
                || blocks.head().home() == Tier.DISK
                || tiers(plan).boundaries().usesDisk();
    }

    private static FrozenPlan blocks(TrainingPlan plan) {
        return tiers(plan).plan();
    }

    private static Placement.Weights.Tiered tiers(TrainingPlan plan) {
        return switch (plan.placement().weights()) {
            case Placement.Weights.Tiered weights -> weights;
            case Placement.Weights.Mapped _, Placement.Weights.Trained _ ->
                throw new IllegalStateException("a plan without frozen tiers");
        };
    }

    private OffloadResult measured(
            ScratchModel model, TrainingPlan plan, Budgets budgets, OffloadResult.@Nullable Share disk, double diskRate)
            throws IOException {
        MemoryAccount device = new MemoryAccount("device", budgets.deviceBytes(), backend.memory());
        device.reserve(KernelNeeds.OWNER, KernelNeeds.bytes(backend, job));
        MemoryAccount host = new MemoryAccount("host", budgets.hostBytes(), backend.hostMemory());
        int each = settings.rounds() + WARM_UPS;
        try (StreamedWeights streamed = new StreamedWeights(
                        backend,
                        model.stored(),
                        settings.compute(),
                        blocks(plan),
                        new StreamedWeights.Budgets(device, host),
                        progress);
                ResidentWeights resident =
                        new ResidentWeights(backend, model.stored().model(), settings.compute());
                ProgressTask task = progress.start("training", 3L * each, ProgressUnit.STEPS)) {
            StreamedPair.Stream stream = new StreamedPair.Stream(tiers(plan).boundaries(), model.folder());
            StreamedPair weights = new StreamedPair(
                    backend,
                    streamed,
                    resident,
                    settings,
                    plan.retention(),
                    blocks(plan).head().order(),
                    stream);
            PlannedRounds rounds;
            Streaming planned;
            try (StreamedPair.Steps steps = weights.steps(settings.microBatches(), device, host);
                    RateProbe probe = new RateProbe(backend, job)) {
                rounds = rounds(plan, steps, probe, diskRate, task);
                planned = steps.streaming("T");
            }
            List<Streaming> streaming = new ArrayList<>(List.of(planned));
            for (int times = 1; times <= 2; times++) {
                long microBatches = Math.ceilDiv(times * rounds.freeTokens(), settings.microBatchTokens());
                MemoryAccount waiting = MemoryAccount.unlimited("host", backend.hostMemory());
                try (StreamedPair.Steps steps =
                        weights.steps((int) Math.max(1, microBatches), backend.unlimited(), waiting)) {
                    for (int i = 0; i < each; i++) {
                        progress.throwIfCancelled();
                        steps.turn(i < WARM_UPS);
                        task.update((long) times * each + i + 1);
                    }
                    streaming.add(steps.streaming(times == 1 ? "T*" : "2 T*"));
                }
            }
            Peak onDevice = peak(plan, Tier.DEVICE, device);
            Peak inHost = peak(plan, Tier.HOST, host);
            OffloadResult.Share adamW = MachineShares.adamW(backend, settings.threads());
            return result(plan, rounds, List.of(onDevice, inHost), streaming, disk, adamW);
        }
    }

    /// Steps as they were planned, with a look at the machine before each.
    private PlannedRounds rounds(
            TrainingPlan plan, StreamedPair.Steps steps, RateProbe probe, double diskRate, ProgressTask task) {
        double[] ratios = new double[settings.rounds()];
        double[] free = new double[settings.rounds()];
        Transfers moved = null;
        long allocations = 0;
        for (int i = -WARM_UPS; i < settings.rounds(); i++) {
            progress.throwIfCancelled();
            MachineRates rates = probe.now(diskRate);
            StepTime predicted = planner.stepTime(job, rates, plan.placement(), plan.moved());
            StreamedPair.Turn turn = steps.turn(i < 0);
            if (i == -WARM_UPS) {
                allocations = steps.allocations();
            }
            if (i >= 0) {
                ratios[i] = predicted.seconds() / turn.streamedSeconds();
                StepTime ofWeights = planner.stepTime(
                        job, rates, plan.placement(), plan.moved().ofWeights());
                free[i] = TrainingPlanner.freeTokensPerStep(
                        job, rates, plan.placement().retention(), ofWeights);
                moved = turn.moved();
            }
            task.update(i + WARM_UPS + 1L);
        }
        return new PlannedRounds(
                median(ratios),
                Math.round(median(free)),
                steps.medianStreamedSeconds(),
                moved,
                steps.allocations() - allocations);
    }

    /// What the rounds of the planned step brought.
    ///
    /// @param moved in the last step
    private record PlannedRounds(
            double timeRatio,
            long freeTokens,
            double seconds,
            @Nullable Transfers moved,
            long allocations) {}

    private static Peak peak(TrainingPlan plan, Tier tier, MemoryAccount account) {
        long budget = account.budgetBytes() == MemoryAccount.UNLIMITED ? -1 : account.budgetBytes();
        return new Peak(account.tier(), budget, new Figure(plan.tier(tier).bytes(), account.peakBytes()));
    }

    private OffloadResult result(
            TrainingPlan plan,
            PlannedRounds rounds,
            List<Peak> peaks,
            List<Streaming> streaming,
            OffloadResult.@Nullable Share disk,
            OffloadResult.Share adamW) {
        FrozenPlan blocks = blocks(plan);
        Transfers moved = rounds.moved();
        if (moved == null) {
            throw new IllegalStateException("no round was measured");
        }
        return new OffloadResult(
                settings,
                backend.description(),
                new OffloadResult.Layout(
                        plan.retention(),
                        blocks.count(Tier.DEVICE),
                        blocks.count(Tier.HOST),
                        blocks.count(Tier.DISK),
                        blocks.slots()),
                job.tokensPerStep(),
                rounds.freeTokens(),
                new Figure(plan.step().seconds(), rounds.seconds()),
                rounds.timeRatio(),
                peaks,
                new Figure(plan.moved().blocks(), moved.blocks()),
                new Figure(plan.moved().hostBytes(), moved.bytesFromHost()),
                new Figure(plan.moved().diskBytes(), moved.bytesFromDisk()),
                streaming,
                disk,
                adamW,
                rounds.allocations());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
