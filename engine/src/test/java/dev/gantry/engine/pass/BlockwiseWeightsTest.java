package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Weights converted block by block against weights converted all at once.
class BlockwiseWeightsTest {
    private static final long SEED = 20_261_126;

    static List<String> names() {
        return List.copyOf(TinyDecoders.all().keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void logitsHaveTheBitsOfResidentWeights_inMemoryForOneBlock(String name) {
        System.out.println("seed " + SEED);
        DecoderSpec spec = Objects.requireNonNull(TinyDecoders.all().get(name));
        MemoryAccount account = MemoryAccount.unlimited("host");
        for (DType stored : List.of(DType.BF16, DType.F16, DType.F32)) {
            try (CpuBackend backend = new CpuBackend(1);
                    TensorArena arena = new TensorArena()) {
                DecoderModel model = rounded(TinyDecoders.random(spec, new Random(SEED), arena), stored, arena);
                int[] ids = new Random(SEED).ints(9, 0, spec.vocabularySize()).toArray();
                float[] expected;
                try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32)) {
                    expected = logits(backend, weights.weights(), ids);
                }
                try (BlockwiseWeights weights = new BlockwiseWeights(backend, model, ComputeType.F32, account)) {
                    assertThat(logits(backend, weights.weights(), ids)).isEqualTo(expected);
                    assertThat(weights.bytes()).isEqualTo(stored == DType.F32 ? 0 : expectedBytes(spec));
                }
            }
        }
        assertThat(account.heldBytes()).isZero();
    }

    /// One block, the head and the small parameters outside the blocks; embeddings are read where they lie.
    private static long expectedBytes(DecoderSpec spec) {
        long bytes = 0;
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            ParameterId id = parameter.id();
            Module module = id.module();
            boolean table = module == Module.TOKEN_EMBEDDING || module == Module.POSITION_EMBEDDING;
            boolean head = id.equals(DecoderParameters.head(spec));
            if (id.layer() <= 0 && (!table || head)) {
                bytes += TensorArena.roundedBytes(DType.F32, parameter.shape());
            }
        }
        return bytes;
    }

    private static DecoderModel rounded(DecoderModel model, DType dtype, TensorArena arena) {
        Map<ParameterId, Tensor> parameters = new HashMap<>();
        try (CpuBackend backend = new CpuBackend(1)) {
            model.parameters().forEach((id, tensor) -> {
                Tensor stored = arena.allocate(dtype, tensor.shape().toArray());
                backend.elements().copy(tensor.matrix(), stored.matrix());
                parameters.put(id, stored);
            });
        }
        return new DecoderModel(model.spec(), parameters);
    }

    private static float[] logits(CpuBackend backend, ModelWeights weights, int... ids) {
        try (InferencePass pass =
                        new InferencePass(backend, weights, Adapters.NONE, new InferencePass.Extent(16, 1, 16));
                KeyValueCache cache = new KeyValueCache(weights.spec(), ComputeType.F32, 1, 16)) {
            pass.advance(cache, Arrays.copyOf(ids, 5));
            Matrix last = pass.advance(cache, Arrays.copyOfRange(ids, 5, ids.length));
            return last.data().asSlice(0, (long) last.columns() * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
