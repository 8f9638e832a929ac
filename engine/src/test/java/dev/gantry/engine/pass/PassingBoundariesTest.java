package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sweeps forward that keep nothing against those that keep everything.
class PassingBoundariesTest {
    private static final long SEED = 20_261_130;
    private static final int[] LENGTHS = {7, 4, 9};

    static List<String> names() {
        return List.copyOf(TinyDecoders.all().keySet());
    }

    private static TrainingPass.Plan plan(BoundaryPlacement boundaries) {
        return new TrainingPass.Plan(9, LENGTHS.length, Retention.BOUNDARY, Adapters.NONE, Set.of())
                .withBoundaries(boundaries);
    }

    @ParameterizedTest
    @MethodSource("names")
    void lossesAndLogitsHaveTheSameBits(String name) {
        DecoderSpec spec = Objects.requireNonNull(TinyDecoders.all().get(name));
        try (CpuBackend backend = new CpuBackend(2);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec, new Random(SEED), arena);
            assertThat(swept(backend, model, BoundaryPlacement.LAST_ONLY))
                    .isEqualTo(swept(backend, model, BoundaryPlacement.ON_DEVICE));
        }
    }

    private static List<Object> swept(CpuBackend backend, DecoderModel model, BoundaryPlacement boundaries) {
        DecoderSpec spec = model.spec();
        Random random = new Random(SEED);
        List<Object> values = new ArrayList<>();
        try (TensorArena arena = new TensorArena();
                ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                TrainingPass pass = new TrainingPass(backend, weights.weights(), plan(boundaries))) {
            List<TokenBatch> batches = new ArrayList<>();
            for (int length : LENGTHS) {
                int[] ids = random.ints(length, 0, spec.vocabularySize()).toArray();
                batches.add(new TokenBatch.Buffers(length, arena).fill(ids, ids, new int[] {length}));
            }
            values.add(pass.lossSum(batches, Adapters.NONE, null));
            pass.forward(batches, Adapters.NONE);
            for (int mb = 0; mb < LENGTHS.length; mb++) {
                Matrix logits = arena.matrix(DType.F32, LENGTHS[mb], spec.vocabularySize());
                pass.logits(mb, batches.get(mb), logits);
                for (float value : logits.data().toArray(ValueLayout.JAVA_FLOAT)) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    @Test
    void theyTakeTwoMatricesAMicroBatch_andKnowNoBackward() {
        DecoderSpec spec = TinyDecoders.all().values().iterator().next();
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            var uses = TrainingPass.measureByUse(backend, spec, ComputeType.F32, plan(BoundaryPlacement.LAST_ONLY));
            long one = TensorArena.roundedBytes(9L * spec.hidden() * Float.BYTES);
            assertThat(uses).containsEntry("boundary activations", 2L * LENGTHS.length * one);
            DecoderModel model = TinyDecoders.random(spec, new Random(SEED), arena);
            TokenBatch batch = new TokenBatch.Buffers(1, arena).fill(new int[] {1}, new int[] {1}, new int[] {1});
            Gradients none = new Gradients(Map.of(), Map.of());
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass =
                            new TrainingPass(backend, weights.weights(), plan(BoundaryPlacement.LAST_ONLY))) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> pass.lossAndGradients(List.of(batch), Adapters.NONE, none, 1));
            }
        }
    }
}
