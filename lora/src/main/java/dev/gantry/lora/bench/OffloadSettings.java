package dev.gantry.lora.bench;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.train.config.ByteSize;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What training in little memory is measured with.
///
/// @param model a shape, as {@link BenchModels#spec} takes it
/// @param deviceMemory for everything that is computed with; null for no limit
/// @param hostMemory for weights that wait beside the device; null for no limit
/// @param diskFolder where the model lies that is read from, and a copy of it; null to keep it in memory
/// @param batch sequences of a micro-batch
/// @param length tokens of each sequence
/// @param microBatches of an optimizer step
/// @param rank of the adapters on PEFT's default targets
/// @param rounds measured, after two to warm up
/// @param seed of weights and tokens
public record OffloadSettings(
        String model,
        ComputeType compute,
        int threads,
        @Nullable ByteSize deviceMemory,
        @Nullable ByteSize hostMemory,
        @Nullable Path diskFolder,
        int batch,
        int length,
        int microBatches,
        int rank,
        int rounds,
        long seed) {
    int microBatchTokens() {
        return Math.multiplyExact(batch, length);
    }
}
