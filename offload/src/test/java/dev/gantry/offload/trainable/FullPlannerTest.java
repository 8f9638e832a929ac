package dev.gantry.offload.trainable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.plan.Budgets;
import dev.gantry.offload.plan.FullPlanner;
import dev.gantry.offload.plan.FullTraining;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.StepTime;
import dev.gantry.offload.plan.TierUse;
import dev.gantry.offload.plan.TrainingJob;
import dev.gantry.offload.plan.TrainingPlan;
import dev.gantry.offload.trainable.OffloadedStep.Room;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a plan says beforehand of training all parameters is what happens.
class FullPlannerTest {
    private static final int LAYERS = 4;
    private static final MachineRates RATES = new MachineRates(1e11, 1e10, 1e9);
    private static final Set<String> ELSEWHERE = Set.of("token batches", "sample answers", "saving and resuming");
    private static final int LEAST_CONFIGURATIONS = 10;

    private final CpuBackend backend = new CpuBackend(1);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    private static FullRun run(String family, ComputeType compute, double maxNorm) {
        DecoderSpec tiny = Objects.requireNonNull(TinyDecoders.all().get(family));
        return FullRun.of(FullRun.withVocabulary(TinyDecoders.withLayers(tiny, LAYERS), 151), compute, maxNorm);
    }

    private static TrainingJob job(FullRun run) {
        return job(run, FullRun.MAX_TOKENS);
    }

    private static TrainingJob job(FullRun run, int microBatchTokens) {
        Map<ParameterId, DType> stored = new HashMap<>();
        DecoderParameters.of(run.spec()).forEach(parameter -> stored.put(parameter.id(), DType.F32));
        return new TrainingJob(
                run.spec(),
                stored,
                run.compute(),
                Map.of(),
                0,
                stored.keySet(),
                microBatchTokens,
                run.sequences().size(),
                0,
                null,
                10);
    }

    private TrainingPlan plan(FullRun run, long device, long host) {
        FullTraining training = new FullTraining(run.maxNorm(), Map.of(), null);
        return new FullPlanner(backend, 1).plan(job(run), training, RATES, new Budgets(device, host));
    }

    /// Between everything on the device and as little as possible there and in host memory.
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "opt-350m"})
    void peaksAreThoseOfThePlan_andNeverAboveTheBudgets(String family) {
        int tried = 0;
        for (ComputeType compute : ComputeType.values()) {
            for (double maxNorm : new double[] {0, 0.5}) {
                FullRun run = run(family, compute, maxNorm);
                TrainingPlan all = plan(run, MemoryAccount.UNLIMITED, MemoryAccount.UNLIMITED);
                TrainingPlan least = plan(run, 1, 1);
                assertThat(least.fits()).isFalse();
                for (int part = 0; part <= 4; part += 2) {
                    long device = between(least, all, Tier.DEVICE, part);
                    for (long host : List.of(least.tier(Tier.HOST).bytes() * 2, MemoryAccount.UNLIMITED)) {
                        TrainingPlan plan = plan(run, device, host);
                        if (plan.fits()) {
                            assertPeaks(run, plan, device, host);
                            tried++;
                        }
                    }
                }
            }
        }
        assertThat(tried).isGreaterThanOrEqualTo(LEAST_CONFIGURATIONS);
    }

    /// Who gives a job what its plan says it takes must not be told that this is too little.
    @Test
    void aPlanFitsWhatItTakes() {
        int tried = 0;
        for (ComputeType compute : ComputeType.values()) {
            FullRun run = run("gpt2", compute, 0.5);
            TrainingPlan all = plan(run, MemoryAccount.UNLIMITED, MemoryAccount.UNLIMITED);
            TrainingPlan least = plan(run, 1, 1);
            for (int part = 0; part <= 4; part += 2) {
                long device = between(least, all, Tier.DEVICE, part);
                for (int share = 1; share <= 3; share++) {
                    TrainingPlan plan = plan(run, device, least.tier(Tier.HOST).bytes() * share);
                    if (plan.fits()) {
                        long onDevice = plan.tier(Tier.DEVICE).bytes();
                        assertThat(plan(run, onDevice, plan.tier(Tier.HOST).bytes())
                                        .fits())
                                .isTrue();
                        tried++;
                    }
                }
            }
        }
        assertThat(tried).isGreaterThanOrEqualTo(LEAST_CONFIGURATIONS);
    }

    private static long between(TrainingPlan least, TrainingPlan all, Tier tier, int quarters) {
        return least.tier(tier).bytes()
                + (all.tier(tier).bytes() - least.tier(tier).bytes()) * quarters / 4;
    }

    private void assertPeaks(FullRun run, TrainingPlan plan, long deviceBytes, long hostBytes) {
        Placement.Weights.Trained placed =
                (Placement.Weights.Trained) plan.placement().weights();
        MemoryAccount device = new MemoryAccount("device", deviceBytes);
        MemoryAccount host = new MemoryAccount("host", hostBytes);
        OffloadedStep.Job job = new OffloadedStep.Job(
                FullRun.ADAMW,
                run.maxNorm(),
                FullRun.MAX_TOKENS,
                run.sequences().size(),
                plan.retention(),
                placed.boundaries());
        List<Long> bits = new ArrayList<>();
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = new OffloadedStep(
                        backend,
                        run.layout(),
                        placed.plan(),
                        job,
                        new Room(device, host, folder),
                        Origin.fresh(FullRun.source(run.start(arena))))) {
            run.take(step, run.steps(), bits);
            run.collect(step, bits);
        }
        assertThat(device.peakBytes()).isEqualTo(values(plan.tier(Tier.DEVICE)));
        assertThat(host.peakBytes()).isEqualTo(values(plan.tier(Tier.HOST)));
        assertThat(bits).isEqualTo(run.truth(backend));
    }

    /// What is left when batches, samples and checkpoints are taken off, which others hold.
    private static long values(TierUse tier) {
        return tier.uses().stream()
                .filter(use -> !ELSEWHERE.contains(use.what()))
                .mapToLong(TierUse.Use::bytes)
                .sum();
    }

    @Test
    void nothingLeavesTheDevice_whenThereIsRoom() {
        FullRun run = run("gpt2", ComputeType.BF16, 0.5);
        TrainingPlan plan = plan(run, MemoryAccount.UNLIMITED, MemoryAccount.UNLIMITED);
        Placement.Weights.Trained placed =
                (Placement.Weights.Trained) plan.placement().weights();
        for (Kind kind : Kind.values()) {
            assertThat(placed.plan().count(kind, Tier.DEVICE))
                    .isEqualTo(run.layout().records());
        }
        assertThat(placed.boundaries().usesDisk()).isFalse();
        assertThat(plan.retention()).isEqualTo(Retention.EVERYTHING);
        assertThat(plan.moved().hostBytes() + plan.moved().diskBytes()).isZero();
    }

    @Test
    void lessMemoryIsSlower_andTheDiskBindsInTheEnd() {
        FullRun run = run("gpt2", ComputeType.F32, 0.5);
        TrainingPlan all = plan(run, MemoryAccount.UNLIMITED, MemoryAccount.UNLIMITED);
        TrainingPlan least = plan(run, 1, 1);
        TrainingPlan tight =
                plan(run, least.tier(Tier.DEVICE).bytes(), least.tier(Tier.HOST).bytes());
        assertThat(tight.fits()).isTrue();
        assertThat(tight.step().seconds()).isGreaterThan(all.step().seconds());
        assertThat(tight.step().bound()).isEqualTo(StepTime.Bound.DISK);
        assertThat(tight.tier(Tier.DISK).bytes()).isPositive();
        Placement.Weights.Trained placed =
                (Placement.Weights.Trained) tight.placement().weights();
        assertThat(placed.plan().count(Kind.GRADIENT, Tier.DISK)).isEqualTo(LAYERS);
    }

    @Test
    void gradientsOnDiskCostTheirBytesAndTheirTime() {
        FullRun run = run("gpt2", ComputeType.F32, 0.5);
        TrainingPlan waiting = placed(run, Share.ALL_HOST);
        TrainingPlan onDisk = placed(run, Share.ALL_DISK);
        long record = AlignedSpan.roundUp(run.layout().arrayBytes());
        long gradients = LAYERS * record;
        assertThat(waiting.tier(Tier.DISK).bytes()).isZero();
        assertThat(onDisk.tier(Tier.DISK).bytes()).isEqualTo(gradients);
        assertThat(onDisk.moved().diskBytes() - waiting.moved().diskBytes()).isEqualTo(gradients);
        assertThat(waiting.tier(Tier.HOST).bytes() - onDisk.tier(Tier.HOST).bytes())
                .isEqualTo(LAYERS * run.layout().arrayBytes() - 2 * record);
        assertThat(onDisk.step().seconds()).isGreaterThan(waiting.step().seconds());
    }

    private TrainingPlan placed(FullRun run, Share gradients) {
        FullTraining training = new FullTraining(run.maxNorm(), Map.of(Kind.GRADIENT, gradients), null);
        return new FullPlanner(backend, 1).plan(job(run), training, RATES, Budgets.UNLIMITED);
    }

    @Test
    void whatSomebodyPlacedStaysThere() {
        FullRun run = run("gpt2", ComputeType.F32, 0.5);
        Map<Kind, Share> asked = Map.of(Kind.MOMENTS, Share.ALL_DISK, Kind.MASTER, new Share(0.5, 0.5));
        FullTraining training = new FullTraining(run.maxNorm(), asked, Share.ALL_HOST);
        TrainingPlan plan = new FullPlanner(backend, 1).plan(job(run), training, RATES, Budgets.UNLIMITED);
        Placement.Weights.Trained placed =
                (Placement.Weights.Trained) plan.placement().weights();
        int records = run.layout().records();
        assertThat(placed.plan().count(Kind.MOMENTS, Tier.DISK)).isEqualTo(records);
        assertThat(placed.plan().count(Kind.MASTER, Tier.DEVICE)).isEqualTo(Math.round(records * 0.5f));
        assertThat(placed.plan().count(Kind.PARAMETER, Tier.DEVICE)).isEqualTo(records);
        assertThat(placed.boundaries().count(Tier.HOST))
                .isEqualTo(placed.boundaries().homes().size());
    }

    @Test
    void changesThatWouldFitAreNamed_whenTheJobDoesNot() {
        FullRun run = run("gpt2", ComputeType.F32, 0.5);
        FullPlanner planner = new FullPlanner(backend, 1);
        FullTraining training = new FullTraining(run.maxNorm(), Map.of(), null);
        TrainingJob job = job(run, 512);
        long least = planner.plan(job, training, RATES, new Budgets(1, 1))
                .tier(Tier.DEVICE)
                .bytes();
        TrainingPlan plan = planner.plan(job, training, RATES, new Budgets(least - 1, MemoryAccount.UNLIMITED));
        assertThat(plan.fits()).isFalse();
        assertThat(plan.changes()).anyMatch(change -> change.what().equals("micro-batches of 256 tokens"));
        assertThat(plan.changes()).allMatch(change -> change.deviceBytes() < least);
    }
}
