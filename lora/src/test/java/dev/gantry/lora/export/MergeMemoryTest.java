package dev.gantry.lora.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.Fixture;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterMerge;
import dev.gantry.lora.adapter.AdapterSlot;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.export.ExportReceipt;
import dev.gantry.zoo.export.ExportReceipt.ExportedFile;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What merging takes beside the mapped base, by the account that every allocation goes through.
class MergeMemoryTest {
    @TempDir
    private Path folder;

    private static TunedModel tuned(String name) throws IOException {
        Path base = Fixture.of(name).folder();
        return new TunedModel(ModelFolder.open(base), base.resolve("lora/adapter_final"), null);
    }

    private ExportReceipt merge(TunedModel tuned, DType dtype, MemoryAccount account) throws IOException {
        try (CpuBackend backend = new CpuBackend(2)) {
            Path target = folder.resolve("merged-" + account.budgetBytes());
            return new MergedExport(backend, Progress.silent(), account).write(tuned, target, dtype);
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt2, F32", "gpt2, BF16", "llama_gqa, F32", "llama_gqa, BF16", "llama_gqa, F16"})
    void mergingTakesAtMostTwoTensorsAboveBaseAndAdapter(String name, DType dtype) throws IOException {
        MemoryAccount account = MemoryAccount.unlimited("device");
        TunedModel tuned = tuned(name);
        ExportReceipt receipt = merge(tuned, dtype, account);
        long largest = largestTensorBytes(receipt.folder());
        assertThat(account.peakBytes()).isBetween(1L, adapterBytes(tuned) + 2 * TensorArena.roundedBytes(largest));
        assertThat(account.heldBytes()).isZero();
    }

    /// A few rows of the widest tensor, in both types, and as many of the adapter's.
    @ParameterizedTest
    @CsvSource({"gpt2, F32", "gpt2, BF16", "llama_gqa, F32", "llama_gqa, BF16", "llama_gqa, F16"})
    void aBudgetForAFewRowsIsKept_andChangesNoByte(String name, DType dtype) throws IOException {
        TunedModel tuned = tuned(name);
        List<ExportedFile> free =
                merge(tuned, dtype, MemoryAccount.unlimited("device")).files();
        long rows = AdapterMerge.ROW_STEP;
        long least = adapterBytes(tuned)
                + TensorArena.roundedBytes(rows * mostColumns(tuned) * dtype.bytes())
                + TensorArena.roundedBytes(rows * mostColumns(tuned) * Float.BYTES)
                + TensorArena.roundedBytes(rows * rank(tuned) * Float.BYTES);
        for (long budget : new long[] {least, 2 * least, 5 * least}) {
            MemoryAccount account = new MemoryAccount("device", budget);
            assertThat(merge(tuned, dtype, account).files()).isEqualTo(free);
            assertThat(account.peakBytes()).isLessThanOrEqualTo(budget);
        }
        MemoryAccount tooSmall = new MemoryAccount("device", adapterBytes(tuned) + 64);
        assertThatExceptionOfType(OverBudgetException.class).isThrownBy(() -> merge(tuned, dtype, tooSmall));
        assertThat(tooSmall.heldBytes()).isZero();
        assertThat(folder.resolve("merged-" + tooSmall.budgetBytes())).doesNotExist();
    }

    private static long adapterBytes(TunedModel tuned) throws IOException {
        try (CpuBackend backend = new CpuBackend(1);
                Adapter adapter = read(tuned, backend)) {
            return adapter.bytes();
        }
    }

    private static long rank(TunedModel tuned) throws IOException {
        try (CpuBackend backend = new CpuBackend(1);
                Adapter adapter = read(tuned, backend)) {
            return adapter.layout().slots().stream()
                    .mapToInt(AdapterSlot::rank)
                    .max()
                    .orElseThrow();
        }
    }

    private static Adapter read(TunedModel tuned, CpuBackend backend) throws IOException {
        return PeftFolder.read(
                tuned.adapter(), tuned.base().spec(), tuned.base().family()::modulePath, backend);
    }

    private static long mostColumns(TunedModel tuned) {
        return DecoderParameters.of(tuned.base().spec()).stream()
                .mapToLong(parameter -> parameter.shape().extent(-1))
                .max()
                .orElseThrow();
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
