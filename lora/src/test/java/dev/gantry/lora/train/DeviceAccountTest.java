package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.TinyModels;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.adapter.LoraConfig;
import dev.gantry.lora.adapter.TargetModules;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// All that training allocates is booked, a budget of exactly that is enough, and one byte less is refused at once.
class DeviceAccountTest {
    private static final OptimizerSettings ADAM_W = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);
    private static final int[] IDS = {1, 2, 3, 4, 5};

    private final CpuBackend backend = new CpuBackend(1);
    private final TensorArena arena = new TensorArena();
    private final DecoderModel base = TinyModels.random(TinyModels.LLAMA, 3, arena);

    @AfterEach
    void close() {
        arena.close();
        backend.close();
    }

    enum Training {
        ADAPTER,
        EVERYTHING
    }

    /// Trains two steps and says who held what.
    private SortedMap<String, Long> train(Training training, MemoryAccount device) {
        try (Resources resources = new Resources()) {
            Trainee trainee = resources.add(trainee(training, device, resources));
            TrainingStep.Extent extent = new TrainingStep.Extent(8, 1, Retention.EVERYTHING);
            TrainingStep step = resources.add(new TrainingStep(backend, trainee, ADAM_W, 1, extent, device));
            TokenBatch batch = new TokenBatch.Buffers(8, arena).fill(IDS, IDS, IDS.length);
            step.take(List.of(batch), 1e-3, 0);
            long before = device.reservations();
            step.take(List.of(batch), 1e-3, 1);
            assertThat(device.reservations()).as("reservations after step 0").isEqualTo(before);
            return device.snapshot().owners();
        }
    }

    private Trainee trainee(Training training, MemoryAccount device, Resources resources) {
        return switch (training) {
            case ADAPTER -> {
                LoraConfig config = LoraConfig.of(2, 4, 0, new TargetModules.AllLinear());
                AdapterLayout layout = AdapterLayout.of(config, base.spec(), TinyModels::path);
                Adapter adapter = resources.add(new Adapter(config, layout, TinyModels::path, device));
                adapter.initialise(1, base, backend);
                yield new LoraTrainee(backend, base, adapter, ComputeType.BF16, DecayScope.ALL, device);
            }
            case EVERYTHING ->
                FullTrainee.of(backend, base, ParameterId::toString, ComputeType.BF16, DecayScope.ALL, device);
        };
    }

    @ParameterizedTest
    @EnumSource
    void aBudgetOfThePeakIsEnough_andOneByteLessIsRefusedWithNothingLeftBehind(Training training) {
        MemoryAccount unlimited = MemoryAccount.unlimited("device");
        train(training, unlimited);
        assertThat(unlimited.heldBytes()).isZero();

        MemoryAccount enough = new MemoryAccount("device", unlimited.peakBytes());
        train(training, enough);
        assertThat(enough.peakBytes()).isEqualTo(unlimited.peakBytes());

        MemoryAccount tooSmall = new MemoryAccount("device", unlimited.peakBytes() - 1);
        assertThatExceptionOfType(OverBudgetException.class)
                .isThrownBy(() -> train(training, tooSmall))
                .satisfies(e -> assertThat(e.missingBytes()).isEqualTo(1));
        assertThat(tooSmall.heldBytes()).isZero();
    }

    @Test
    void everyUseHasItsNameInTheMemoryMap() {
        assertThat(train(Training.ADAPTER, MemoryAccount.unlimited("device")))
                .containsOnlyKeys(
                        "activations",
                        "adapters",
                        "boundary activations",
                        "gradients",
                        "head",
                        "optimizer states",
                        "weights");
        SortedMap<String, Long> full = train(Training.EVERYTHING, MemoryAccount.unlimited("device"));
        assertThat(full)
                .containsOnlyKeys(
                        "activations",
                        "boundary activations",
                        "gradients",
                        "head",
                        "optimizer states",
                        "parameters",
                        "weights");
        long parameters = full.getOrDefault("parameters", 0L);
        assertThat(full).containsEntry("gradients", parameters).containsEntry("optimizer states", 2 * parameters);
    }
}
