package dev.gantry.lora.bench;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.lora.memory.PlacedModel;
import dev.gantry.lora.train.TrainingStep;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.plan.InferencePlan;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Measures a model of any shape; its weights may be random.
public final class Bench {
    private static final int PROBE_WARM_UPS = 5;
    private static final int DECODE_PAIRS = 31;
    private static final OptimizerSettings ADAMW = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);

    private final TimedBackend backend;
    private final DecoderModel model;
    private final BenchModels.Origin origin;
    private final BenchModels.Weights weights;
    private final BenchSettings settings;
    private final MemoryTiers tiers;
    private final SplittableRandom random;

    /// @param limits of the memory that prefill and decoding take; training is measured without
    public Bench(Backend backend, BenchModels.Weights weights, BenchSettings settings, MemoryLimits limits) {
        this.backend = new TimedBackend(backend);
        this.model = weights.model();
        this.origin = weights.origin();
        this.weights = weights;
        boolean made = weights.origin() == BenchModels.Origin.RANDOM; // copies of them go with them
        this.tiers = MemoryTiers.within(
                made ? new MemoryLimits(limits.device(), limits.host(), weights.scratch()) : limits, backend);
        this.settings = settings;
        this.random = new SplittableRandom(settings.seed());
    }

    /// LoRA training steps: forward, backward, clipping and AdamW, a label on every token.
    public BenchResult train() {
        DecoderSpec spec = model.spec();
        int tokens = settings.batch() * settings.tokens();
        MemoryAccount device = backend.unlimited();
        try (TensorArena arena = new TensorArena(device, "batch");
                ResidentWeights weights = new ResidentWeights(backend, model, settings.compute(), device);
                BenchTrainee trainee = new BenchTrainee(weights.weights(), settings.rank(), random, device)) {
            TokenBatch batch = new TokenBatch.Buffers(tokens, arena)
                    .fill(ids(spec, tokens), ids(spec, tokens), lengths(settings.tokens()));
            TrainingStep.Extent extent = new TrainingStep.Extent(tokens, 1, Retention.EVERYTHING);
            try (TrainingStep training = new TrainingStep(backend, trainee, ADAMW, 1, extent, device)) {
                LongSupplier step = () -> {
                    long start = System.nanoTime();
                    training.take(List.of(batch), 1e-4, 1);
                    backend.synchronize();
                    return System.nanoTime() - start;
                };
                Rounds rounds = Rounds.run(settings.rounds(), backend.matmul(), step);
                return computeBound("train", tokens, rounds, step, device, null);
            }
        }
    }

    /// Prompts run through the model into an empty cache.
    public BenchResult prefill() {
        int tokens = settings.batch() * settings.tokens();
        try (PlacedModel placed = placed();
                InferencePass pass = inference(placed);
                KeyValueCache cache = cache(placed)) {
            MovedInRounds moved = new MovedInRounds(placed);
            LongSupplier prefill = () -> {
                clear(cache);
                return moved.counted(() -> {
                    long start = System.nanoTime();
                    prefill(pass, cache);
                    backend.synchronize();
                    return System.nanoTime() - start;
                });
            };
            Rounds rounds = Rounds.run(settings.rounds(), backend.matmul(), prefill);
            return computeBound("prefill", tokens, rounds, prefill, placed.device(), moved.result(tiers));
        }
    }

    /// One token at a time for each sequence, after a prompt.
    public BenchResult decode() {
        try (PlacedModel placed = placed();
                InferencePass pass = inference(placed);
                KeyValueCache cache = cache(placed)) {
            MovedInRounds moved = new MovedInRounds(placed);
            Rounds rounds = Rounds.run(settings.rounds(), backend.matmul(), () -> {
                clear(cache);
                prefill(pass, cache);
                backend.synchronize();
                backend.matmul().reset();
                return moved.counted(() -> {
                    long start = System.nanoTime();
                    for (int i = 0; i < settings.newTokens(); i++) {
                        pass.advance(cache, prompts(1));
                        backend.synchronize(); // as whoever wants to know the token
                    }
                    return System.nanoTime() - start;
                });
            });
            double tokens = (double) settings.batch() * settings.newTokens();
            LongSupplier oneToken = () -> {
                makeRoom(cache);
                long start = System.nanoTime();
                pass.advance(cache, prompts(1));
                backend.synchronize();
                return System.nanoTime() - start;
            };
            Held held = held(placed.device());
            BenchStreaming streaming = moved.result(tiers);
            try (MachinePeaks peaks = new MachinePeaks()) {
                PairedShare share = PairedShare.measure(
                        PROBE_WARM_UPS,
                        DECODE_PAIRS,
                        peaks.readBytesPerSecond(backend, settings.threads()),
                        weightBytesPerToken(),
                        oneToken);
                return result("decode", tokens, rounds, share, held, streaming);
            }
        }
    }

    private PlacedModel placed() {
        PlacedModel.Use use = new PlacedModel.Use(settings.compute(), Adapters.NONE, settings.batch(), capacity());
        if (tiers.areLimited() && !weights.inFiles()) {
            requireMemory(PlacedModel.plan(backend, weights.stored(), use, tiers));
        }
        return PlacedModel.open(backend, weights.stored(), use, tiers, Progress.silent());
    }

    private static void requireMemory(InferencePlan plan) {
        if (readsFiles(plan)) {
            throw GantryException.usage(
                    "BENCH-NO-DISK",
                    "cannot keep the model in so little memory",
                    "some of its blocks would have to lie on disk",
                    "Give it more host memory or a --disk-folder.");
        }
    }

    private static boolean readsFiles(InferencePlan plan) {
        FrozenPlan blocks = plan.weights();
        return blocks.count(Tier.DISK) > 0 || blocks.head().home() == Tier.DISK;
    }

    private int capacity() {
        return settings.tokens() + settings.newTokens();
    }

    /// Within limits a prompt goes in the pieces that a generator cuts it into; else at once.
    private void prefill(InferencePass pass, KeyValueCache cache) {
        int piece = pass.maxTokens() / settings.batch();
        for (int done = 0; done < settings.tokens(); done += piece) {
            pass.advance(cache, prompts(Math.min(piece, settings.tokens() - done)));
        }
    }

    /// Bytes of weights read for every decoded token: all matrices and the head, one row of the embedding.
    private double weightBytesPerToken() {
        DecoderSpec spec = model.spec();
        long values = (long) spec.vocabularySize() * spec.embeddingDim();
        for (Module module : DecoderParameters.linearModules(spec)) {
            values += (long) spec.layers()
                    * DecoderParameters.inputWidth(spec, module)
                    * DecoderParameters.outputWidth(spec, module);
        }
        return (double) values * settings.compute().dtype().bytes();
    }

    /// The peaks are probed after the rounds, so that their memory does not count as the model's.
    private BenchResult computeBound(
            String what,
            double tokens,
            Rounds rounds,
            LongSupplier round,
            MemoryAccount device,
            @Nullable BenchStreaming streaming) {
        Held held = held(device);
        try (MachinePeaks peaks = new MachinePeaks()) {
            PairedShare share = PairedShare.measure(
                    PROBE_WARM_UPS,
                    settings.rounds(),
                    peaks.matmulFlopsPerSecond(backend, settings.compute()),
                    rounds.flops(),
                    round);
            return result(what, tokens, rounds, share, held, streaming);
        }
    }

    /// Peaks of memory before that of the probes is taken.
    private record Held(long residentBytes, long deviceBytes) {}

    private Held held(MemoryAccount device) {
        return new Held(
                ResidentMemory.peakBytes(), backend.memory().isHost() ? BenchResult.NOT_TOLD : device.peakBytes());
    }

    private BenchResult result(
            String what,
            double tokens,
            Rounds rounds,
            PairedShare share,
            Held held,
            @Nullable BenchStreaming streaming) {
        return new BenchResult(
                what,
                settings,
                origin,
                backend.description(),
                tokens / rounds.medianSeconds(),
                tokens / rounds.bestSeconds(),
                backend.memory().isHost() ? rounds.matmulShare() : BenchResult.NOT_TOLD,
                share.median(),
                share.limit(),
                held.residentBytes(),
                held.deviceBytes(),
                streaming);
    }

    private InferencePass inference(PlacedModel placed) {
        int batch = settings.batch();
        int tokens = tiers.areLimited() ? Generator.pieceTokens(batch, capacity()) : batch * settings.tokens();
        InferencePass.Extent extent = new InferencePass.Extent(tokens, batch, capacity());
        return new InferencePass(backend, placed.weights(), Adapters.NONE, extent, placed.device());
    }

    private KeyValueCache cache(PlacedModel placed) {
        return new KeyValueCache(model.spec(), settings.compute(), settings.batch(), capacity(), placed.cacheTier());
    }

    private static void clear(KeyValueCache cache) {
        for (int s = 0; s < cache.sequences(); s++) {
            cache.truncate(s, 0);
        }
    }

    /// Forgets the newest tokens where the next one would no longer fit.
    private void makeRoom(KeyValueCache cache) {
        for (int s = 0; s < cache.sequences(); s++) {
            if (cache.length(s) >= capacity()) {
                cache.truncate(s, settings.tokens());
            }
        }
    }

    private int[][] prompts(int tokens) {
        return IntStream.range(0, settings.batch())
                .mapToObj(sequence -> ids(model.spec(), tokens))
                .toArray(int[][]::new);
    }

    private int[] ids(DecoderSpec spec, int count) {
        return IntStream.generate(() -> random.nextInt(spec.vocabularySize()))
                .limit(count)
                .toArray();
    }

    private int[] lengths(int each) {
        int[] lengths = new int[settings.batch()];
        Arrays.fill(lengths, each);
        return lengths;
    }
}
