package dev.gantry.offload.trainable;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.boundary.StreamTraffic;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/// A few steps over all parameters of a small decoder, and every bit that came out: with everything in memory, which is
/// the truth, or off the device.
///
/// @param sequences lengths of the sequences of each micro-batch
/// @param maxNorm 0 for no clipping
record FullRun(
        DecoderSpec spec, ComputeType compute, int steps, List<int[]> sequences, double maxNorm, Retention retention) {
    static final int MAX_TOKENS = 16;
    static final OptimizerSettings.AdamW ADAMW = new OptimizerSettings.AdamW(0.9, 0.99, 1e-8, 0.1);
    private static final long SEED = 7;

    static FullRun of(DecoderSpec spec, ComputeType compute, double maxNorm) {
        return new FullRun(spec, compute, 4, List.of(new int[] {5, 3}, new int[] {6}), maxNorm, Retention.BOUNDARY);
    }

    /// The same decoder with another vocabulary, such as one whose table is larger than a block.
    static DecoderSpec withVocabulary(DecoderSpec spec, int vocabulary) {
        return new DecoderSpec(
                vocabulary,
                spec.embeddingDim(),
                spec.hidden(),
                spec.layers(),
                spec.maxPositions(),
                spec.position(),
                spec.norm(),
                spec.attention(),
                spec.mlp(),
                spec.embeddingNorm(),
                spec.finalNorm(),
                spec.head(),
                spec.linearLayout());
    }

    FullRun withSequences(List<int[]> others, Retention other) {
        return new FullRun(spec, compute, steps, others, maxNorm, other);
    }

    static double rate(long step) {
        return 0.05 / (1 + step);
    }

    TrainedModel model() {
        return TrainedModel.of(
                spec, compute, Object::toString, rank -> rank > 1 ? WeightDecay.APPLIED : WeightDecay.EXEMPT);
    }

    RecordLayout layout() {
        return new RecordLayout(model());
    }

    OffloadedStep.Job job() {
        return new OffloadedStep.Job(ADAMW, maxNorm, MAX_TOKENS, sequences.size(), retention);
    }

    DecoderModel start(TensorArena arena) {
        return TinyDecoders.random(spec, new Random(SEED), arena);
    }

    /// The starting values as a source.
    static StateSource source(DecoderModel model) {
        return (tensor, array, from, into) -> {
            if (array == StateArray.MASTER) {
                Matrix all = model.parameter(tensor.id()).matrix();
                into.data().copyFrom(all.data().asSlice(from * Float.BYTES, into.columns() * (long) Float.BYTES));
            }
        };
    }

    /// What training with everything in memory gives.
    List<Long> truth(Backend backend) {
        List<Long> bits = new ArrayList<>();
        try (TensorArena arena = new TensorArena()) {
            DecoderModel masters = start(arena);
            Gradients gradients = TinyDecoders.gradients(masters, Adapters.NONE, arena);
            List<Trainable> trainables = new ArrayList<>();
            for (ParameterSpec parameter : DecoderParameters.of(spec)) {
                trainables.add(new Trainable(
                        parameter.id().toString(),
                        masters.parameter(parameter.id()).matrix(),
                        Objects.requireNonNull(gradients.of(parameter.id())),
                        parameter.shape().rank() > 1 ? WeightDecay.APPLIED : WeightDecay.EXEMPT));
            }
            Optimizer optimizer = Optimizer.of(ADAMW, backend, trainables, arena);
            List<TokenBatch> batches = batches(arena);
            try (ResidentWeights weights = new ResidentWeights(backend, masters, compute);
                    TrainingPass pass = new TrainingPass(
                            backend,
                            weights.weights(),
                            job().pass(model(), MemoryAccount.unlimited("host"), null, new StreamTraffic()))) {
                for (long step = 0; step < steps; step++) {
                    gradients.clear(backend);
                    double loss = pass.lossAndGradients(batches, Adapters.NONE, gradients, step);
                    double norm = GradientClipping.globalNorm(backend, trainables);
                    optimizer.step(rate(step), GradientClipping.scale(norm, maxNorm));
                    weights.refresh();
                    bits.add(Double.doubleToRawLongBits(loss));
                    bits.add(Double.doubleToRawLongBits(norm));
                }
                bits.add(Double.doubleToRawLongBits(pass.lossSum(batches, Adapters.NONE, null)));
            }
            for (Trainable trainable : trainables) {
                add(trainable.value(), bits);
                add(state(optimizer, trainable, "exp_avg"), bits);
                add(state(optimizer, trainable, "exp_avg_sq"), bits);
            }
        }
        return bits;
    }

    private static Matrix state(Optimizer optimizer, Trainable trainable, String kind) {
        return Objects.requireNonNull(optimizer.states().get(trainable.name() + "." + kind));
    }

    /// Takes the steps from where `step` stands up to `until`, and notes losses and norms.
    void take(OffloadedStep step, long until, List<Long> bits) {
        try (TensorArena arena = new TensorArena()) {
            List<TokenBatch> batches = batches(arena);
            while (step.steps() < until) {
                long number = step.steps();
                StepResult result = step.take(batches, rate(number), number);
                bits.add(Double.doubleToRawLongBits(result.loss()));
                bits.add(Double.doubleToRawLongBits(result.gradientNorm()));
            }
        }
    }

    /// Notes the loss of the end and all values.
    void collect(OffloadedStep step, List<Long> bits) {
        try (TensorArena arena = new TensorArena();
                StateReader reader = step.reader()) {
            bits.add(Double.doubleToRawLongBits(step.lossSum(batches(arena))));
            for (TrainedTensor tensor : model().tensors()) {
                for (StateArray array : StateArray.values()) {
                    Matrix values = arena.matrix(DType.F32, 1, Math.toIntExact(tensor.elements()));
                    reader.read(tensor, array, values);
                    add(values, bits);
                }
            }
        }
    }

    /// All values as they are now, as a source to go on from.
    StateSource saved(OffloadedStep step, TensorArena arena) {
        record Key(int tensor, StateArray array) {}
        Map<Key, Matrix> values = new HashMap<>();
        try (StateReader reader = step.reader()) {
            for (TrainedTensor tensor : model().tensors()) {
                for (StateArray array : StateArray.values()) {
                    Matrix copy = arena.matrix(DType.F32, 1, Math.toIntExact(tensor.elements()));
                    reader.read(tensor, array, copy);
                    values.put(new Key(tensor.index(), array), copy);
                }
            }
        }
        return (tensor, array, from, into) -> {
            Matrix all = Objects.requireNonNull(values.get(new Key(tensor.index(), array)));
            into.data().copyFrom(all.data().asSlice(from * Float.BYTES, into.columns() * (long) Float.BYTES));
        };
    }

    private static void add(Matrix matrix, List<Long> bits) {
        for (long i = 0; i < matrix.elements(); i++) {
            bits.add((long) matrix.data().getAtIndex(ValueLayout.JAVA_INT, i));
        }
    }

    List<TokenBatch> batches(TensorArena arena) {
        Random random = new Random(SEED + 1);
        List<TokenBatch> batches = new ArrayList<>();
        for (int[] lengths : sequences) {
            int tokens = IntStream.of(lengths).sum();
            int[] ids = IntStream.generate(() -> random.nextInt(spec.vocabularySize()))
                    .limit(tokens)
                    .toArray();
            int[] next = Arrays.copyOfRange(ids, 1, tokens + 1);
            int end = 0;
            for (int length : lengths) {
                end += length;
                next[end - 1] = LossKernels.IGNORED;
            }
            batches.add(new TokenBatch.Buffers(MAX_TOKENS, arena).fill(ids, next, lengths));
        }
        return batches;
    }
}
