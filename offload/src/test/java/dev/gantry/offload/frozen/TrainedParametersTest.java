package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan.Head;
import dev.gantry.offload.frozen.FrozenPlan.Reading;
import dev.gantry.offload.frozen.LoraRun.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Adapters that also train parameters of the model in full, on weights that are else frozen and streamed.
class TrainedParametersTest {
    private static final long SEED = 20_261_218;
    private static final int LAYERS = 4;

    @TempDir
    private Path folder;

    static List<String> names() {
        return List.copyOf(TinyDecoders.all().keySet());
    }

    /// Norms, a matrix and its bias in some blocks, and the head.
    private static Map<ParameterId, Tensor> masters(Backend backend, DecoderModel model, TensorArena arena) {
        Map<ParameterId, Tensor> masters = new HashMap<>();
        for (ParameterId id : List.of(
                ParameterId.weight(0, Module.ATTENTION_NORM),
                ParameterId.weight(2, Module.MLP_NORM),
                ParameterId.bias(2, Module.MLP_NORM),
                ParameterId.weight(2, Module.MLP_DOWN),
                ParameterId.bias(3, Module.MLP_DOWN),
                ParameterId.weight(Module.FINAL_NORM),
                DecoderParameters.head(model.spec()))) {
            Tensor stored = model.parameters().get(id);
            if (stored != null) {
                Tensor master = arena.allocate(DType.F32, stored.shape().toArray());
                backend.elements().copy(stored.matrix(), master.matrix());
                masters.put(id, master);
            }
        }
        return masters;
    }

    private static DecoderModel over(DecoderModel model, Map<ParameterId, Tensor> masters) {
        Map<ParameterId, Tensor> parameters = new HashMap<>(model.parameters());
        parameters.putAll(masters);
        return new DecoderModel(model.spec(), parameters);
    }

    private static Map<ParameterId, Matrix> matrices(Map<ParameterId, Tensor> masters) {
        Map<ParameterId, Matrix> matrices = new HashMap<>();
        masters.forEach((id, tensor) -> matrices.put(id, tensor.matrix()));
        return matrices;
    }

    @ParameterizedTest
    @MethodSource("names")
    void trainedParametersStayOnTheDevice_andTheRestStreams_withTheSameBits(String name) throws IOException {
        DecoderSpec spec = TinyDecoders.withLayers(
                Objects.requireNonNull(TinyDecoders.all().get(name)), LAYERS);
        Reading reading = new Reading(3, 8192, null);
        try (CpuBackend backend = new CpuBackend(2);
                TensorArena arena = new TensorArena()) {
            StoredDecoder decoder = StoredDecoder.random(backend, spec, DType.BF16, SEED, folder, arena);
            for (ComputeType compute : ComputeType.values()) {
                Map<ParameterId, Tensor> plain = masters(backend, decoder.inMemory(), arena);
                List<Long> expected;
                try (ResidentWeights resident =
                        new ResidentWeights(backend, over(decoder.inMemory(), plain), compute)) {
                    Subject subject = new Subject(resident.weights(), matrices(plain), resident::refresh);
                    expected = LoraRun.ACCUMULATED.bits(backend, subject, SEED, done -> {});
                }
                for (FrozenPlan plan : List.of(
                        FrozenPlan.spread(LAYERS, 1, 1, 2).with(reading),
                        FrozenPlan.spread(LAYERS, 0, 0, 2)
                                .with(new Head(Tier.DISK, 1))
                                .with(reading.relaidIn(folder.resolve("copies"))),
                        FrozenPlan.spread(LAYERS, 4, 0, 0))) {
                    Map<ParameterId, Tensor> masters = masters(backend, decoder.inMemory(), arena);
                    StoredModel model = new StoredModel(
                            over(decoder.inFiles().model(), masters),
                            decoder.inFiles().places(),
                            masters.keySet());
                    try (StreamedWeights streamed = Streamed.of(backend, model, compute, plan)) {
                        Subject subject = new Subject(streamed.weights(), matrices(masters), streamed::refresh);
                        assertThat(LoraRun.ACCUMULATED.bits(backend, subject, SEED, done -> {}))
                                .as("%s in %s", plan, compute)
                                .isEqualTo(expected);
                        assertThat(streamed.headTransfers().blocks()).isZero();
                    }
                }
            }
        }
    }
}
