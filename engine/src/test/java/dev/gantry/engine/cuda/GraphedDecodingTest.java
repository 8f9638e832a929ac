package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.InferencePass.Extent;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tokens one by one, their kernels started together: how often the driver is called, and to which bits.
class GraphedDecodingTest {
    private static final long SEED = 5;

    private final HostCuda cuda = HostCuda.open();

    @BeforeEach
    void onTheHost() {
        cuda.assumeHost();
    }

    @AfterEach
    void close() {
        cuda.close();
    }

    private static DecoderSpec spec(String name, int positions) {
        return TinyDecoders.withPositions(
                Objects.requireNonNull(TinyDecoders.all().get(name)), positions);
    }

    /// A model with an adapter, as many sequences as prompts.
    private final class Decoding implements AutoCloseable {
        private final CudaBackend card = cuda.backend();
        private final ResidentWeights weights;
        private final InferencePass pass;
        private final KeyValueCache cache;
        private final Random random = new Random(SEED);

        Decoding(DecoderSpec spec, boolean graphs, int sequences) {
            TensorArena arena = cuda.arena();
            Backend backend = graphs ? card : new OneByOne(card);
            DecoderModel model = TinyDecoders.random(spec, random, arena);
            Adapters adapters = TinyDecoders.adapters(spec, 2, 0, random, arena);
            int capacity = spec.maxPositions();
            weights = new ResidentWeights(backend, model, ComputeType.F32);
            pass = new InferencePass(
                    backend, weights.weights(), adapters, new Extent(sequences * capacity, sequences, capacity));
            cache = new KeyValueCache(spec, ComputeType.F32, sequences, capacity, backend.unlimited());
        }

        int[] tokens(int count) {
            return random.ints(count, 0, 11).toArray();
        }

        /// @return the logits that follow
        float[] advance(int[]... tokens) {
            Matrix logits = pass.advance(cache, tokens);
            float[] values = new float[Math.toIntExact(logits.elements())];
            pass.memory()
                    .copy(logits.data().asSlice(0, (long) values.length * Float.BYTES), MemorySegment.ofArray(values));
            return values;
        }

        @Override
        public void close() {
            pass.close();
            cache.close();
            weights.close();
            card.close();
        }
    }

    /// Of two blocks: where keys and values are copied to (bloom: those of each head) and how many attention finds
    /// differs from token to token, nothing else.
    @ParameterizedTest
    @CsvSource({"gpt2, 45, 6", "opt-350m, 64, 6", "bloom, 53, 14", "llama-gqa, 66, 6"})
    void oneToken_isOneStart(String name, int kernels, int changed) {
        try (Decoding decoding = new Decoding(spec(name, 32), true, 1)) {
            decoding.advance(decoding.tokens(7));
            decoding.advance(decoding.tokens(1)); // loads the kernels of decoding
            int[] before = calls();
            decoding.advance(decoding.tokens(1));
            assertThat(since(before)).containsExactly(kernels, 0, 0, 0);
            decoding.advance(decoding.tokens(1));
            assertThat(since(before)).containsExactly(kernels, 1, 1, 0);
            for (int i = 0; i < 3; i++) {
                decoding.advance(decoding.tokens(1));
            }
            assertThat(since(before)).containsExactly(kernels, 4, 1, 3 * changed);
        }
    }

    /// Launches, starts of graphs, graphs made, nodes changed.
    private int[] calls() {
        return IntStream.of(
                        cuda.calls("cuLaunchKernel"),
                        cuda.calls("cuGraphLaunch"),
                        cuda.calls("cuGraphInstantiateWithFlags"),
                        cuda.calls("cuGraphExecKernelNodeSetParams_v2"))
                .toArray();
    }

    private int[] since(int[] before) {
        int[] now = calls();
        Arrays.setAll(now, i -> now[i] - before[i]);
        return now;
    }

    /// Keys of a second block of them, for which there are other kernels, and a sequence that ends.
    @ParameterizedTest
    @CsvSource({"gpt2, 0", "gpt2, 3", "llama-gqa, 4"})
    void logits_areThoseOfKernelsOneByOne(String name, int seed) {
        DecoderSpec spec = spec(name, 270);
        assertThat(logits(spec, true, seed)).isEqualTo(logits(spec, false, 0));
    }

    /// Tables of rotations are written anew for each length, between kernels that read them.
    @Test
    void whatIsCopiedBetweenKernels_comesBetweenThem() {
        DecoderSpec spec = TinyDecoders.withPosition(
                spec("llama-gqa", 270), new PositionSpec.Rotary(10_000, 4, new RotaryScaling.Dynamic(2, 8)), 270);
        int before = cuda.calls("cuGraphLaunch");
        assertThat(logits(spec, true, 2)).isEqualTo(logits(spec, false, 0));
        assertThat(cuda.calls("cuGraphLaunch")).isEqualTo(before);
    }

    private List<List<Float>> logits(DecoderSpec spec, boolean graphs, int seed) {
        List<List<Float>> all = new ArrayList<>();
        try (Decoding decoding = new Decoding(spec, graphs, 2)) {
            cuda.defer(seed);
            all.add(list(decoding.advance(decoding.tokens(252), decoding.tokens(9))));
            for (int i = 0; i < 10; i++) {
                all.add(list(decoding.advance(decoding.tokens(1), decoding.tokens(i < 7 ? 1 : 0))));
            }
            cuda.defer(0);
        }
        return all;
    }

    private static List<Float> list(float[] values) {
        return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    }
}
