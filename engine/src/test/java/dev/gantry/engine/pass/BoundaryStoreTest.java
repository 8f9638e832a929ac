package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The pass asks a store for the residual stream exactly as its sweeps say, and leaves nothing lying around in it.
class BoundaryStoreTest {
    private static final long SEED = 20_261_122;

    static List<String> families() {
        return List.copyOf(TinyDecoders.all().keySet());
    }

    private static DecoderSpec spec(String family) {
        return Objects.requireNonNull(TinyDecoders.all().get(family));
    }

    @ParameterizedTest
    @MethodSource("families")
    void bitsDoNotDependOnWhereTheStreamLies(String family) {
        System.out.println("seed " + SEED);
        try (CpuBackend backend = new CpuBackend(1)) {
            for (PassBits pass : matrix(spec(family))) {
                MemoryAccount device = MemoryAccount.unlimited("device");
                assertThat(pass.of(backend, SEED, WanderingBoundaries.PLACEMENT, device))
                        .as(pass.toString())
                        .isEqualTo(pass.of(backend, SEED, BoundaryPlacement.ON_DEVICE, device));
            }
        }
    }

    private static List<PassBits> matrix(DecoderSpec spec) {
        List<PassBits> passes = new ArrayList<>();
        for (ComputeType compute : ComputeType.values()) {
            for (Retention retention : Retention.values()) {
                for (List<int[]> batches : PassBits.batches()) {
                    for (PassBits.Trained trained : PassBits.Trained.values()) {
                        passes.add(new PassBits(spec, compute, retention, HeadOrder.SLICES_OUTSIDE, batches, trained));
                    }
                }
            }
        }
        for (List<int[]> batches : PassBits.batches()) {
            passes.add(new PassBits(
                    spec,
                    ComputeType.F32,
                    Retention.BOUNDARY,
                    HeadOrder.BLOCKS_OUTSIDE,
                    batches,
                    PassBits.Trained.EVERYTHING));
        }
        return passes;
    }

    @Test
    void theDefaultHoldsEachBoundaryAndEachGradientOnce() {
        DecoderSpec spec = spec("llama-gqa");
        try (CpuBackend backend = new CpuBackend(1)) {
            var plan = new TrainingPass.Plan(10, 3, Retention.BOUNDARY, Adapters.NONE, Set.of());
            Map<String, Long> needs = TrainingPass.measureByUse(backend, spec, ComputeType.F32, plan);
            long boundaries = 3L * (spec.layers() + 2);
            long bytes = TensorArena.roundedBytes(10L * spec.hidden() * DType.F32.bytes());
            assertThat(needs)
                    .containsOnlyKeys("activations", "boundary activations", "head")
                    .containsEntry("boundary activations", boundaries * bytes);
            assertThat(needs.values().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(TrainingPass.measure(backend, spec, ComputeType.F32, plan));
        }
    }

    @Test
    void nothingIsLeftBooked_whenTheStoreCannotBeOpened() {
        DecoderSpec spec = spec("gpt2");
        MemoryAccount device = MemoryAccount.unlimited("device");
        MemoryAccount host = new MemoryAccount("host", 100);
        BoundaryPlacement tooLarge = (backend, extent, arena) -> {
            if (arena.holdsMemory()) {
                host.reserve("boundary activations", 101);
            }
            return new DeviceBoundaries(extent, arena);
        };
        try (CpuBackend backend = new CpuBackend(1)) {
            PassBits pass = new PassBits(
                    spec,
                    ComputeType.F32,
                    Retention.BOUNDARY,
                    HeadOrder.SLICES_OUTSIDE,
                    PassBits.batches().getFirst(),
                    PassBits.Trained.ADAPTERS);
            assertThatExceptionOfType(OverBudgetException.class)
                    .isThrownBy(() -> pass.of(backend, SEED, tooLarge, device));
        }
        assertThat(device.heldBytes()).isZero();
    }
}
