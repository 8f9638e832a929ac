package dev.gantry.lora.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.Fixture;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.zoo.export.ExportReceipt;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportEstimateTest {
    @TempDir
    private Path folder;

    private static TunedModel tuned(String name) throws IOException {
        Path base = Fixture.of(name).folder();
        return new TunedModel(ModelFolder.open(base), base.resolve("lora/adapter_final"), null);
    }

    @ParameterizedTest
    @CsvSource({"gpt2, F32", "gpt2, BF16", "llama_gqa, F32", "llama_gqa, BF16"})
    void memory_isNeverLess_thanWritingAndCheckingTake(String name, DType dtype) throws IOException {
        TunedModel tuned = tuned(name);
        MemoryTiers tiers = MemoryTiers.within(MemoryLimits.NONE);
        MemoryAccount account = tiers.device();
        try (CpuBackend backend = new CpuBackend(1)) {
            ExportEstimate estimate = ExportEstimate.merged(backend, tuned.base(), tuned.adapter(), dtype);
            ExportReceipt receipt =
                    new MergedExport(backend, Progress.silent(), account).write(tuned, folder.resolve("merged"), dtype);
            new ReloadCheck(backend, Progress.silent(), tiers).run(tuned, receipt.folder(), ReloadCheck.PROMPTS);

            assertThat(estimate.memoryBytes()).isBetween(account.peakBytes(), 8 * account.peakBytes());
            long weights = ModelFolder.open(receipt.folder()).bytes();
            assertThat(estimate.bytes()).isBetween(weights * 9 / 10, weights * 11 / 10);
        }
    }

    @Test
    void time_growsWithTheDisk_whenTheWeightsDoNotStayInMemory() {
        ExportEstimate estimate = new ExportEstimate(1_000_000_000, 0, 2_000_000_000, 50_000_000_000L);
        var roomy = new ExportEstimate.Rates(1_000_000_000, 500_000_000, 10_000_000_000L, 4_000_000_000L);
        var cramped = new ExportEstimate.Rates(1_000_000_000, 500_000_000, 10_000_000_000L, 1_000_000_000L);

        assertThat(estimate.time(roomy)).isEqualTo(Duration.ofSeconds(1 + 2 + 2 + 5));
        assertThat(estimate.time(cramped)).isEqualTo(Duration.ofSeconds(1 + 2 + 2 + 50));
    }
}
