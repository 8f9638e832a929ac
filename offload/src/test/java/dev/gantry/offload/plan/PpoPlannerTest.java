package dev.gantry.offload.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.plan.PpoPlanner.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The four roles of PPO are made and run with the passes of the plan: what they take is what was planned, to the byte.
class PpoPlannerTest {
    private static final int RANK = 2;

    @ParameterizedTest
    @CsvSource({"gpt2, F32, BOUNDARY", "gpt2, BF16, EVERYTHING", "llama-gqa, BF16, BOUNDARY", "bloom, F32, EVERYTHING"})
    void rolesTakeWhatIsPlanned_toTheByte(String family, ComputeType compute, Retention retention) {
        DecoderSpec spec = Objects.requireNonNull(TinyDecoders.all().get(family));
        PpoJob job = new PpoJob(spec, DType.BF16, compute, PpoRoles.ranks(spec, RANK), 5, 4, 2, 1, 2, 3, retention);
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena stored = new TensorArena()) {
            RolesPlan plan = new PpoPlanner(backend).plan(job, Weights.ONE_BASE);
            MemoryAccount device = MemoryAccount.unlimited("device");
            DecoderModel model = stored(spec, backend, stored);
            // what files hold counts without gaps
            model.parameters().values().forEach(tensor -> device.reserve("files", tensor.bytes()));
            try (PpoRoles roles = new PpoRoles(job, backend, model, device)) {
                assertThat(device.heldBytes()).isEqualTo(plan.heldBytes());
                roles.generate(() -> {});
                assertThat(device.peakBytes())
                        .isEqualTo(plan.heldBytes() + plan.phases().get(0).bytes());
                roles.scoreAndTrain(() -> {});
                assertThat(device.peakBytes()).isEqualTo(plan.bytes());
            }
            assertThat(device.snapshot().owners()).containsOnlyKeys("files");
        }
    }

    private static DecoderModel stored(DecoderSpec spec, CpuBackend backend, TensorArena stored) {
        try (TensorArena wide = new TensorArena()) {
            Map<ParameterId, Tensor> narrow = new HashMap<>();
            TinyDecoders.random(spec, new Random(7), wide).parameters().forEach((id, tensor) -> {
                Tensor copy = stored.allocate(DType.BF16, tensor.shape().toArray());
                backend.elements().copy(tensor.matrix(), copy.matrix());
                narrow.put(id, copy);
            });
            return new DecoderModel(spec, narrow);
        }
    }
}
