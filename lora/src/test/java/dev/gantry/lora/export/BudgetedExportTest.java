package dev.gantry.lora.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.FamilyModels;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.adapter.LoraConfig;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.adapter.TargetModules;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.lora.random.TensorRandom;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Exports of models that do not fit their memory: the same files and the same report, never a byte above the budgets.
/// What such deep and narrow models take of host memory is keys and values.
class BudgetedExportTest {
    private static final int LAYERS = 40;
    private static final long SEED = 5;

    private final CpuBackend backend = new CpuBackend(2);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    private TunedModel tuned(FamilyModels family, int layers, DType stored) throws IOException {
        ModelFolder base = ModelFolder.open(family.write(folder.resolve("base"), layers, stored));
        LoraConfig lora = LoraConfig.of(2, 4, 0, new TargetModules.AllLinear());
        AdapterLayout layout = AdapterLayout.of(lora, base.spec(), base.family()::modulePath);
        Path place = Files.createDirectory(folder.resolve("adapter"));
        try (Adapter adapter = new Adapter(lora, layout, base.family()::modulePath)) {
            adapter.tensors()
                    .forEach((name, tensor) -> new TensorRandom(SEED, name).fillUniform(tensor.matrix(), 0.05));
            PeftFolder.write(place, adapter, base.spec(), base.path().toString());
        }
        return new TunedModel(base, place, null);
    }

    private ReloadReport export(TunedModel tuned, Path target, MemoryTiers tiers) throws IOException {
        new MergedExport(backend, Progress.silent(), tiers.device()).write(tuned, target, null);
        return new ReloadCheck(backend, Progress.silent(), tiers).run(tuned, target, List.of());
    }

    private void compare(TunedModel tuned, MemoryLimits limits) throws IOException {
        Path free = folder.resolve("free");
        ReloadReport expected = export(tuned, free, MemoryTiers.within(MemoryLimits.NONE));
        Path tight = folder.resolve("tight");
        MemoryTiers tiers = MemoryTiers.within(limits);
        assertThat(export(tuned, tight, tiers)).isEqualTo(expected);
        assertThat(ReloadCheck.passed(expected, tuned.base().dtype())).isTrue();
        assertThat(tight.resolve("model.safetensors")).hasSameBinaryContentAs(free.resolve("model.safetensors"));
        assertThat(tiers.device().peakBytes()).isBetween(1L, tiers.device().budgetBytes());
        assertThat(tiers.host().peakBytes()).isBetween(1L, tiers.host().budgetBytes());
        assertThat(tiers.device().heldBytes() + tiers.host().heldBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aModelMuchLargerThanItsMemory_isMergedAndReloadedToTheSameBits(FamilyModels family) throws IOException {
        TunedModel tuned = tuned(family, LAYERS, DType.F32);
        long bytes = tuned.base().bytes();
        compare(tuned, MemoryLimits.of(bytes / 3, 3 * bytes / 4));
    }

    @Test
    void soIsOneThatIsStoredNarrower() throws IOException {
        TunedModel tuned = tuned(FamilyModels.LLAMA, LAYERS, DType.BF16);
        long bytes = tuned.base().bytes();
        compare(tuned, MemoryLimits.of(2 * bytes / 3, bytes));
    }

    @Test
    void tooLittleForTheReloadCheck_isRefusedWithTheLeastThatWorks() throws IOException {
        TunedModel tuned = tuned(FamilyModels.LLAMA, 2, DType.F32);
        MemoryTiers tiers = MemoryTiers.within(MemoryLimits.of(60_000, 60_000));
        assertThatExceptionOfType(GantryException.class)
                .isThrownBy(() -> export(tuned, folder.resolve("out"), tiers))
                .withMessageContaining("at least")
                .satisfies(e -> assertThat(e.code()).isEqualTo("MEMORY-BUDGET"));
        assertThat(tiers.device().heldBytes() + tiers.host().heldBytes()).isZero();
    }
}
