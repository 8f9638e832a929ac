package dev.gantry.lora.bench;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.bench.OffloadResult.Figure;
import dev.gantry.lora.bench.OffloadResult.Layout;
import dev.gantry.lora.train.TrainingStep;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.StreamedWeights;
import dev.gantry.offload.frozen.Transfers;
import dev.gantry.offload.plan.KernelNeeds;
import dev.gantry.offload.plan.MachineRates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Trains an adapter for two steps on a model that device, host memory and disk hold together, or on as many of its
/// blocks as they do. Unlike in {@link OffloadBench} there is no second copy of it anywhere.
public final class TieredStep {
    private static final OptimizerSettings ADAMW = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);
    private static final double LEARNING_RATE = 1e-4;
    /// The first one loads kernels.
    static final int STEPS = 2;

    static final ComputeType COMPUTE = ComputeType.BF16;

    private final Backend backend;
    private final Wish wish;

    /// What the machine can do.
    ///
    /// @param computing and copying, and reading from the disk
    /// @param writtenBytesPerSecond by the disk
    public record Rates(MachineRates computing, double writtenBytesPerSecond) {}

    /// What is wished for.
    ///
    /// @param shape the model with so many blocks
    /// @param layers blocks to begin with
    /// @param folder for what lies on disk; empty afterwards
    /// @param tokens of the only micro-batch
    /// @param rank of the adapters
    /// @param rates null to measure them
    /// @param mostSeconds that all may take together
    public record Wish(
            IntFunction<DecoderSpec> shape,
            int layers,
            long deviceBytes,
            long hostBytes,
            Path folder,
            int tokens,
            int rank,
            int threads,
            long seed,
            @Nullable Rates rates,
            double mostSeconds) {}

    public TieredStep(Backend backend, Wish wish) {
        this.backend = backend;
        this.wish = wish;
    }

    /// What came of it.
    ///
    /// @param said in words: whether the whole model was trained, and what its weights are
    /// @param blocksInFile others are like the first of these, and lie in memory
    /// @param head where it lives
    /// @param seconds of everything, as estimated and as it was; within 25 % or not
    /// @param stepSeconds as planned, and of the second step
    /// @param fromHost bytes of a step
    /// @param fromDisk bytes of a step
    public record Result(
            String said,
            int layers,
            int layersWished,
            long parameters,
            Layout blocks,
            Tier head,
            int blocksInFile,
            long fileBytes,
            double writeSeconds,
            double fillSeconds,
            double firstStepSeconds,
            Compared stepSeconds,
            Compared seconds,
            Compared device,
            Compared host,
            Figure fromHost,
            Figure fromDisk,
            double firstLoss,
            double secondLoss) {}

    /// A step and what it took.
    private record Taken(double seconds, double loss, Transfers moved) {}

    /// @throws dev.gantry.engine.GantryException `MEMORY-BUDGET` when not even one block can be trained
    public Result run() throws IOException {
        TieredPlan plan = TieredPlan.of(backend, wish);
        System.out.printf(
                "  %s; %d bytes on disk, %.0f s in all%n",
                said(plan), plan.estimate().fileBytes(), plan.estimate().seconds());
        long start = System.nanoTime();
        DecoderSpec spec = plan.job().spec();
        try (PooledModel model = new PooledModel(spec, COMPUTE.dtype(), wish.seed(), wish.folder(), plan.disk())) {
            double writeSeconds = secondsSince(start);
            MemoryAccount device = new MemoryAccount("device", wish.deviceBytes(), backend.memory());
            device.reserve(KernelNeeds.OWNER, KernelNeeds.bytes(backend, plan.job()));
            MemoryAccount host = new MemoryAccount("host", wish.hostBytes(), backend.hostMemory());
            try (StreamedWeights weights = new StreamedWeights(
                    backend,
                    model.stored(),
                    COMPUTE,
                    plan.blocks(),
                    new StreamedWeights.Budgets(device, host),
                    Progress.silent())) {
                double fillSeconds = secondsSince(start) - writeSeconds;
                List<Taken> steps = steps(plan, weights, device, host);
                return result(plan, writeSeconds, fillSeconds, secondsSince(start), steps, device, host);
            }
        }
    }

    private List<Taken> steps(TieredPlan plan, StreamedWeights weights, MemoryAccount device, MemoryAccount host) {
        SplittableRandom random = new SplittableRandom(wish.seed());
        StreamedPair.Stream stream =
                new StreamedPair.Stream(TieredPlan.tiers(plan.plan()).boundaries(), wish.folder());
        TrainingStep.Extent extent = new TrainingStep.Extent(
                wish.tokens(), 1, plan.plan().retention(), plan.blocks().head().order(), stream.placement(host));
        try (BenchTrainee trainee = new BenchTrainee(weights.weights(), wish.rank(), random, device);
                TensorArena tokens = new TensorArena(device, "token batches");
                TrainingStep step = new TrainingStep(backend, trainee, ADAMW, 1, extent, device)) {
            int[] ids = random.ints(wish.tokens(), 0, plan.job().spec().vocabularySize())
                    .toArray();
            TokenBatch batch = new TokenBatch.Buffers(ids.length, tokens).fill(ids, ids, ids.length);
            List<Taken> taken = new ArrayList<>();
            for (int i = 0; i < STEPS; i++) {
                long start = System.nanoTime();
                Transfers before = weights.transfers();
                TrainingStep.Result result = step.take(List.of(batch), LEARNING_RATE, 1);
                backend.synchronize();
                if (!result.isFinite()) {
                    throw new IllegalStateException("step " + (i + 1) + " had the loss " + result.loss());
                }
                taken.add(new Taken(
                        secondsSince(start), result.loss(), weights.transfers().since(before)));
                System.out.printf("  step %d: loss %.3f, %.2f s%n", i + 1, result.loss(), secondsSince(start));
            }
            return taken;
        }
    }

    private Result result(
            TieredPlan tiered,
            double writeSeconds,
            double fillSeconds,
            double seconds,
            List<Taken> steps,
            MemoryAccount device,
            MemoryAccount host) {
        var plan = tiered.plan();
        FrozenPlan blocks = tiered.blocks();
        DecoderSpec spec = tiered.job().spec();
        Taken first = steps.getFirst();
        Taken second = steps.getLast();
        return new Result(
                said(tiered),
                spec.layers(),
                wish.layers(),
                DecoderParameters.count(spec),
                new Layout(
                        plan.retention(),
                        blocks.count(Tier.DEVICE),
                        blocks.count(Tier.HOST),
                        blocks.count(Tier.DISK),
                        blocks.slots()),
                blocks.head().home(),
                tiered.disk().size(),
                tiered.estimate().fileBytes(),
                writeSeconds,
                fillSeconds,
                first.seconds(),
                Compared.seconds(plan.step().seconds(), second.seconds()),
                Compared.seconds(tiered.estimate().seconds(), seconds),
                Compared.bytes(plan.tier(Tier.DEVICE).bytes(), device.peakBytes()),
                Compared.bytes(plan.tier(Tier.HOST).bytes(), host.peakBytes()),
                new Figure(plan.moved().hostBytes(), second.moved().bytesFromHost()),
                new Figure(plan.moved().diskBytes(), second.moved().bytesFromDisk()),
                first.loss(),
                second.loss());
    }

    private String said(TieredPlan plan) {
        int layers = plan.job().spec().layers();
        String whole = layers == wish.layers()
                ? "all " + layers + " blocks"
                : "%d of %d blocks, the most that fit: one more lacks %s"
                        .formatted(layers, wish.layers(), plan.lacking());
        return whole
                + "; every matrix is a stretch of one random matrix, and blocks in memory are like the first of the "
                + plan.disk().size() + " in the file";
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
