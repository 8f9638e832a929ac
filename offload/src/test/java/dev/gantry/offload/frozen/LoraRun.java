package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BoundaryPlacement;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.Gradients.LowRankGradient;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A few LoRA steps with an evaluation between them, and every bit that came out.
///
/// @param sequences lengths of the sequences of each micro-batch
/// @param boundaries where the residual stream lies between blocks
record LoraRun(
        int steps, Retention retention, HeadOrder headOrder, List<int[]> sequences, BoundaryPlacement boundaries) {
    private static final int MAX_TOKENS = 16;

    static final LoraRun ONE_BATCH =
            new LoraRun(3, Retention.BOUNDARY, HeadOrder.BLOCKS_OUTSIDE, List.of(new int[] {6}));
    static final LoraRun PACKED = new LoraRun(
            3, Retention.EVERYTHING, HeadOrder.SLICES_OUTSIDE, List.of(new int[] {5, 3, 4}, new int[] {7, 2}));
    static final LoraRun ACCUMULATED = new LoraRun(
            3, Retention.BOUNDARY, HeadOrder.BLOCKS_OUTSIDE, List.of(new int[] {5, 3}, new int[] {6}, new int[] {2, 2, 2
            }));

    private LoraRun(int steps, Retention retention, HeadOrder headOrder, List<int[]> sequences) {
        this(steps, retention, headOrder, sequences, BoundaryPlacement.ON_DEVICE);
    }

    LoraRun with(HeadOrder order, BoundaryPlacement elsewhere) {
        return new LoraRun(steps, retention, order, sequences, elsewhere);
    }

    /// Tokens of each micro-batch.
    List<Integer> tokens() {
        return sequences.stream().map(lengths -> IntStream.of(lengths).sum()).toList();
    }

    /// What is trained: an adapter on frozen weights, and perhaps parameters of the model itself.
    ///
    /// @param masters f32 values of these
    /// @param refresh called when they have changed
    record Subject(ModelWeights weights, Map<ParameterId, Matrix> masters, Runnable refresh) {}

    List<Long> bits(Backend backend, ModelWeights weights, long seed, Watch watch) {
        return bits(backend, new Subject(weights, Map.of(), () -> {}), seed, watch);
    }

    /// Called before the first step and after each with its number.
    interface Watch {
        void step(int done);
    }

    /// @return losses and, as bits, all gradients of the last step and all adapters
    List<Long> bits(Backend backend, Subject subject, long seed, Watch watch) {
        ModelWeights weights = subject.weights();
        List<Long> bits = new ArrayList<>();
        Random random = new Random(seed);
        try (TensorArena arena = new TensorArena()) {
            Adapters adapters = TinyDecoders.adapters(weights.spec(), 2, 0.1f, random, arena);
            Map<AdapterSite, LowRankGradient> low = new HashMap<>();
            adapters.sites().forEach((site, adapter) -> low.put(site, gradientOf(adapter, arena)));
            Map<ParameterId, Matrix> parameters = new HashMap<>();
            subject.masters()
                    .forEach((id, master) ->
                            parameters.put(id, arena.matrix(DType.F32, master.rows(), master.columns())));
            Gradients gradients = new Gradients(parameters, low);
            List<TokenBatch> batches = batches(weights.spec(), random, arena);
            var plan = new TrainingPass.Plan(MAX_TOKENS, batches.size(), retention, adapters, parameters.keySet())
                    .withHead(headOrder)
                    .withBoundaries(boundaries);
            try (TrainingPass pass = new TrainingPass(backend, weights, plan)) {
                watch.step(0);
                for (int step = 0; step < steps; step++) {
                    gradients.clear(backend);
                    bits.add(Double.doubleToRawLongBits(pass.lossAndGradients(batches, adapters, gradients, step)));
                    low.forEach((site, gradient) -> descend(
                            backend, Objects.requireNonNull(adapters.sites().get(site)), gradient));
                    subject.masters()
                            .forEach((id, master) ->
                                    backend.elements().add(-0.1f, Objects.requireNonNull(parameters.get(id)), master));
                    subject.refresh().run();
                    watch.step(step + 1);
                }
                bits.add(Double.doubleToRawLongBits(pass.lossSum(batches, adapters, null)));
            }
            collect(adapters, low, bits);
            new TreeMap<>(named(subject.masters())).values().forEach(master -> add(master, bits));
        }
        return bits;
    }

    private static Map<String, Matrix> named(Map<ParameterId, Matrix> masters) {
        Map<String, Matrix> named = new HashMap<>();
        masters.forEach((id, master) -> named.put(id.toString(), master));
        return named;
    }

    private static LowRankGradient gradientOf(LowRank adapter, TensorArena arena) {
        return new LowRankGradient(
                arena.matrix(DType.F32, adapter.a().rows(), adapter.a().columns()),
                arena.matrix(DType.F32, adapter.b().rows(), adapter.b().columns()));
    }

    private static void descend(Backend backend, LowRank adapter, LowRankGradient gradient) {
        backend.elements().add(-0.1f, gradient.da(), adapter.a());
        backend.elements().add(-0.1f, gradient.db(), adapter.b());
    }

    private static void collect(Adapters adapters, Map<AdapterSite, LowRankGradient> low, List<Long> bits) {
        adapters.sites().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(
                        Comparator.comparingInt(AdapterSite::layer).thenComparing(AdapterSite::module)))
                .forEach(entry -> {
                    LowRankGradient gradient = Objects.requireNonNull(low.get(entry.getKey()));
                    add(entry.getValue().a(), bits);
                    add(entry.getValue().b(), bits);
                    add(gradient.da(), bits);
                    add(gradient.db(), bits);
                });
    }

    private static void add(Matrix matrix, List<Long> bits) {
        for (long i = 0; i < matrix.elements(); i++) {
            bits.add((long) matrix.data().getAtIndex(ValueLayout.JAVA_INT, i));
        }
    }

    private List<TokenBatch> batches(DecoderSpec spec, Random random, TensorArena arena) {
        List<TokenBatch> batches = new ArrayList<>();
        for (int[] lengths : sequences) {
            int tokens = IntStream.of(lengths).sum();
            int[] ids = IntStream.generate(() -> random.nextInt(spec.vocabularySize()))
                    .limit(tokens)
                    .toArray();
            int[] next = new int[tokens];
            int start = 0;
            for (int length : lengths) {
                for (int t = 0; t < length; t++) {
                    next[start + t] = t + 1 < length ? ids[start + t + 1] : LossKernels.IGNORED;
                }
                start += length;
            }
            batches.add(new TokenBatch.Buffers(MAX_TOKENS, arena).fill(ids, next, lengths));
        }
        return batches;
    }
}
