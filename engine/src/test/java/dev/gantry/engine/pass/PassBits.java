package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Everything a {@link TrainingPass} computes, as bits: what no plan may change.
///
/// @param sequences lengths of the sequences of each micro-batch
/// @param trained what gradients are asked for, beside those of adapters
public record PassBits(
        DecoderSpec spec,
        ComputeType compute,
        Retention retention,
        HeadOrder headOrder,
        List<int[]> sequences,
        Trained trained) {
    public static final int MAX_TOKENS = 16;

    private static final float DROPOUT = 0.2f;

    /// Which parameters are trained.
    public enum Trained {
        ADAPTERS,
        EVERYTHING
    }

    /// Micro-batches as a padded batch, whose rows end at different tokens, and as a packed one make them.
    public static List<List<int[]>> batches() {
        return List.of(
                List.of(new int[] {7}),
                List.of(new int[] {5, 3, 4}, new int[] {6}),
                List.of(new int[] {4, 4}, new int[] {3, 9, 2}, new int[] {1, 6}));
    }

    /// Takes two steps, the second with one micro-batch less where there are several, evaluates, and looks at all
    /// boundaries.
    public List<String> of(Backend backend, long seed, BoundaryPlacement boundaries, MemoryAccount device) {
        Random random = new Random(seed);
        try (TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec, random, arena);
            Adapters adapters = TinyDecoders.adapters(spec, 2, DROPOUT, random, arena);
            Gradients all = TinyDecoders.gradients(model, adapters, arena);
            Gradients gradients = switch (trained) {
                case ADAPTERS -> new Gradients(Map.of(), all.adapters());
                case EVERYTHING -> all;
            };
            List<TokenBatch> batches = sequences.stream()
                    .map(lengths -> batch(lengths, random, arena))
                    .toList();
            TrainingPass.Plan plan =
                    plan(adapters, gradients.parameters().keySet()).withBoundaries(boundaries);
            try (ResidentWeights weights = new ResidentWeights(backend, model, compute);
                    TrainingPass pass = new TrainingPass(backend, weights.weights(), plan, device)) {
                return run(backend, pass, batches, adapters, gradients, arena);
            }
        }
    }

    /// The plan of the pass, with everything on the device.
    public TrainingPass.Plan plan(Adapters adapters, Set<ParameterId> parameters) {
        return new TrainingPass.Plan(MAX_TOKENS, sequences.size(), retention, adapters, parameters).withHead(headOrder);
    }

    private List<String> run(
            Backend backend,
            TrainingPass pass,
            List<TokenBatch> batches,
            Adapters adapters,
            Gradients gradients,
            TensorArena arena) {
        List<String> bits = new ArrayList<>();
        for (int step = 0; step < 2; step++) {
            List<TokenBatch> given = batches.subList(0, Math.max(1, batches.size() - step));
            gradients.clear(backend);
            bits.add("loss " + Double.doubleToRawLongBits(pass.lossAndGradients(given, adapters, gradients, step)));
            add(gradients, bits);
        }
        bits.add("evaluated " + Double.doubleToRawLongBits(pass.lossSum(batches, adapters, null)));
        pass.forward(batches, adapters);
        for (int mb = 0; mb < batches.size(); mb++) {
            Matrix logits = arena.matrix(DType.F32, batches.get(mb).tokens(), spec.vocabularySize());
            pass.logits(mb, batches.get(mb), logits);
            bits.add("logits " + digest(logits));
            for (int l = 0; l <= spec.layers(); l++) {
                bits.add("boundary " + l + " " + mb + " " + digest(pass.boundary(l, mb)));
            }
        }
        return bits;
    }

    private static void add(Gradients gradients, List<String> bits) {
        gradients.parameters().entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
                .forEach(entry -> bits.add(entry.getKey() + " " + digest(entry.getValue())));
        gradients.adapters().entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
                .forEach(entry -> bits.add(entry.getKey()
                        + " "
                        + digest(entry.getValue().da(), entry.getValue().db())));
    }

    private TokenBatch batch(int[] lengths, Random random, TensorArena arena) {
        int tokens = IntStream.of(lengths).sum();
        int[] ids = random.ints(tokens, 0, spec.vocabularySize()).toArray();
        int[] next = random.ints(tokens, 0, spec.vocabularySize()).toArray();
        next[random.nextInt(tokens)] = LossKernels.IGNORED;
        return new TokenBatch.Buffers(MAX_TOKENS, arena).fill(ids, next, lengths);
    }

    /// A digest, so that a difference does not print pages.
    private static String digest(Matrix... matrices) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Matrix matrix : matrices) {
                long bytes = matrix.elements() * matrix.dtype().bytes();
                digest.update(matrix.data().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return compute + " " + retention + " " + headOrder + " " + sequences.size() + " micro-batches " + trained;
    }
}
