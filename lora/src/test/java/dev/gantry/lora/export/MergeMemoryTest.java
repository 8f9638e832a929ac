package dev.gantry.lora.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.Fixture;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What merging takes beside the mapped base and the adapter, by the account that every allocation goes through.
class MergeMemoryTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"gpt2, F32", "gpt2, BF16", "llama_gqa, F32", "llama_gqa, BF16", "llama_gqa, F16"})
    void mergingTakesAtMostTwoTensorsAboveTheBase(String name, DType dtype) throws IOException {
        Path base = Fixture.of(name).folder();
        TunedModel tuned = new TunedModel(ModelFolder.open(base), base.resolve("lora/adapter_final"), null);
        MemoryAccount account = MemoryAccount.unlimited("host");
        Path merged = folder.resolve("merged");
        try (CpuBackend backend = new CpuBackend(1)) {
            new MergedExport(backend, Progress.silent(), account).write(tuned, merged, dtype);
        }
        long largest = largestTensorBytes(merged);
        assertThat(account.peakBytes()).isPositive().isLessThanOrEqualTo(2 * TensorArena.roundedBytes(largest));
        assertThat(account.heldBytes()).isZero();
    }

    private static long largestTensorBytes(Path model) {
        try (SafetensorsFile file = SafetensorsFile.open(model.resolve("model.safetensors"))) {
            return file.tensors().values().stream()
                    .mapToLong(TensorInfo::bytes)
                    .max()
                    .orElseThrow();
        }
    }
}
