package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A head whose blocks pass through the device gives the bits of one that lies there.
class HeadOrderTest {
    private static final long SEED = 20_261_123;
    private static final int VOCABULARY = 2 * LossKernels.COLUMN_STEP + 552;
    private static final HeadBlocks BLOCKS = new HeadBlocks(VOCABULARY, LossKernels.COLUMN_STEP);
    private static final int SEQUENCE = 15;
    /// Labelled tokens of the micro-batches: several slices, the last one small enough for kernels of few rows; one
    /// slice; none.
    private static final List<Integer> SEQUENCES = List.of(19, 3, 1);

    static Stream<Arguments> cases() {
        Stream<Arguments> wide = TinyDecoders.all().keySet().stream()
                .flatMap(name -> Stream.of(
                        Arguments.of(name, ComputeType.F32, MatmulChoice.AUTO),
                        Arguments.of(name, ComputeType.BF16, MatmulChoice.AUTO),
                        Arguments.of(name, ComputeType.BF16, MatmulChoice.VECTOR)));
        return Stream.concat(wide, Stream.of(Arguments.of("gpt2", ComputeType.F16, MatmulChoice.AUTO)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsHaveTheSameBits(String name, ComputeType compute, MatmulChoice matmul) {
        System.out.println("seed " + SEED);
        try (Job job = new Job(name, compute, matmul)) {
            for (int microBatches = 1; microBatches <= SEQUENCES.size(); microBatches++) {
                List<TokenBatch> batches = job.batches.subList(0, microBatches);
                PassingHead passing = job.passing();
                List<Object> resident = job.step(job.resident(), HeadOrder.SLICES_OUTSIDE, batches);
                assertThat(job.step(job.with(passing), HeadOrder.BLOCKS_OUTSIDE, batches))
                        .isEqualTo(resident);
                assertThat(passing.sweeps()).containsExactly(Sweep.FORWARD_BACKWARD);
                assertThat(passing.visits()).containsExactly(0, 1, 2, 2, 1, 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossesHaveTheSameBits(String name, ComputeType compute, MatmulChoice matmul) {
        try (Job job = new Job(name, compute, matmul)) {
            PassingHead passing = job.passing();
            List<Object> resident = job.losses(job.resident(), HeadOrder.SLICES_OUTSIDE);
            assertThat(job.losses(job.with(passing), HeadOrder.BLOCKS_OUTSIDE)).isEqualTo(resident);
            assertThat(passing.sweeps()).containsExactly(Sweep.FORWARD);
            assertThat(passing.visits()).containsExactly(0, 1, 2);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsHaveTheSameBits(String name, ComputeType compute, MatmulChoice matmul) {
        try (Job job = new Job(name, compute, matmul)) {
            for (int sequences : new int[] {1, 3, 8, 9, 20}) {
                PassingHead passing = job.passing();
                assertThat(job.decode(job.with(passing), sequences)).isEqualTo(job.decode(job.resident(), sequences));
                assertThat(passing.visits()).containsExactly(0, 1, 2);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void measuredBytesAreThoseAllocated(String name, ComputeType compute, MatmulChoice matmul) {
        try (Job job = new Job(name, compute, matmul)) {
            TrainingPass.Plan plan = job.plan(HeadOrder.BLOCKS_OUTSIDE);
            ResidentWeights weights = job.weights;
            try (TrainingPass pass = new TrainingPass(job.backend, weights.weights(), plan)) {
                assertThat(TrainingPass.measure(job.backend, job.model.spec(), compute, plan))
                        .isEqualTo(pass.bytes());
            }
        }
    }

    /// A model with its batches and everything trained.
    private static final class Job implements AutoCloseable {
        final CpuBackend backend;
        final TensorArena arena = new TensorArena();
        final DecoderModel model;
        final Adapters adapters;
        final ResidentWeights weights;
        final List<TokenBatch> batches = new ArrayList<>();
        private final Random random = new Random(SEED);

        Job(String name, ComputeType compute, MatmulChoice matmul) {
            backend = new CpuBackend(2, matmul);
            DecoderSpec tiny = Objects.requireNonNull(TinyDecoders.all().get(name));
            model = TinyDecoders.random(TinyDecoders.withVocabulary(tiny, VOCABULARY), random, arena);
            adapters = TinyDecoders.adapters(model.spec(), 2, 0.3f, random, arena);
            weights = new ResidentWeights(backend, model, compute);
            for (int sequences : SEQUENCES) {
                batches.add(batch(sequences, sequences > 1));
            }
        }

        private TokenBatch batch(int sequences, boolean hasLabels) {
            int[] ids = ids(sequences * SEQUENCE);
            int[] next = ids(ids.length);
            for (int t = 0; t < next.length; t++) {
                if (!hasLabels || t % SEQUENCE == 4 || (sequences > 10 && t > 281)) {
                    next[t] = LossKernels.IGNORED;
                }
            }
            int[] lengths = new int[sequences];
            Arrays.fill(lengths, SEQUENCE);
            return new TokenBatch.Buffers(ids.length, arena).fill(ids, next, lengths);
        }

        private int[] ids(int count) {
            return random.ints(count, 0, VOCABULARY).toArray();
        }

        PassingHead passing() {
            return new PassingHead(headMatrix(), BLOCKS, arena);
        }

        private Matrix headMatrix() {
            return Objects.requireNonNull(weights.weights().head().whole());
        }

        ModelWeights resident() {
            return with(HeadSource.resident(headMatrix(), BLOCKS));
        }

        ModelWeights with(HeadSource head) {
            ModelWeights all = weights.weights();
            return new ModelWeights(
                    all.spec(), all.computeType(), all.embeddings(), all.linears(), all.norms(), head, all.layers());
        }

        TrainingPass.Plan plan(HeadOrder order) {
            int maxTokens = SEQUENCES.getFirst() * SEQUENCE;
            var trained = Set.copyOf(DecoderParameters.of(model.spec()).stream()
                    .map(parameter -> parameter.id())
                    .toList());
            return new TrainingPass.Plan(maxTokens, SEQUENCES.size(), Retention.BOUNDARY, adapters, trained)
                    .withHead(order)
                    .withBoundaries(
                            order == HeadOrder.BLOCKS_OUTSIDE
                                    ? WanderingBoundaries.PLACEMENT
                                    : BoundaryPlacement.ON_DEVICE);
        }

        /// Loss and all gradients as raw bits.
        List<Object> step(ModelWeights weights, HeadOrder order, List<TokenBatch> batches) {
            List<Object> bits = new ArrayList<>();
            try (TensorArena own = new TensorArena();
                    TrainingPass pass = new TrainingPass(backend, weights, plan(order))) {
                Gradients gradients = TinyDecoders.gradients(model, adapters, own);
                long before = pass.allocations();
                bits.add(pass.lossAndGradients(batches, adapters, gradients, 7));
                assertThat(pass.allocations()).isEqualTo(before);
                gradients.parameters().forEach((id, gradient) -> assertFinite(id, gradient));
                gradients.parameters().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey(Comparator.comparing(Object::toString)))
                        .forEach(entry -> bits.add(entry.getKey() + hex(entry.getValue())));
                gradients.adapters().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey(Comparator.comparing(Object::toString)))
                        .forEach(entry -> bits.add(hex(entry.getValue().da())
                                + hex(entry.getValue().db())));
            }
            return bits;
        }

        private static void assertFinite(Object what, Matrix gradient) {
            for (long i = 0; i < gradient.elements(); i++) {
                float value = gradient.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                assertThat(Float.isFinite(value))
                        .as("%s at %d: %s", what, i, value)
                        .isTrue();
            }
        }

        List<Object> losses(ModelWeights weights, HeadOrder order) {
            try (TrainingPass pass = new TrainingPass(backend, weights, plan(order))) {
                List<float[]> losses = new ArrayList<>();
                batches.forEach(batch -> losses.add(new float[batch.labelled()]));
                double sum = pass.lossSum(batches, adapters, losses);
                return List.of(sum, losses.stream().map(Arrays::toString).toList());
            }
        }

        /// The logits after a prompt for each sequence, as raw bits.
        String decode(ModelWeights weights, int sequences) {
            var extent = new InferencePass.Extent(3 * sequences, sequences, 8);
            try (InferencePass pass = new InferencePass(backend, weights, adapters, extent);
                    KeyValueCache cache = new KeyValueCache(model.spec(), weights.computeType(), sequences, 8)) {
                Random prompts = new Random(SEED);
                int[][] ids = new int[sequences][];
                for (int s = 0; s < sequences; s++) {
                    ids[s] = prompts.ints(3, 0, VOCABULARY).toArray();
                }
                return hex(pass.advance(cache, ids));
            }
        }

        private static String hex(Matrix matrix) {
            long bytes = matrix.elements() * DType.F32.bytes();
            return HexFormat.of().formatHex(matrix.data().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public void close() {
            weights.close();
            arena.close();
            backend.close();
        }
    }
}
