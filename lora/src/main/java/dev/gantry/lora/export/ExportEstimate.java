package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What writing a tuned model and checking what was written will take, from shapes alone.
///
/// @param bytes of the weights that are written
/// @param memoryBytes most that is held at once beside the mapped weights
/// @param readBytes of weights that are read once from their files
/// @param checkBytes of weights that pass through the processor while the check answers and compares
public record ExportEstimate(long bytes, long memoryBytes, long readBytes, long checkBytes) {
    /// What a prompt of the check takes with its template, rounded up.
    private static final int PROMPT_TOKENS = 24;

    private static final int CHECKED_TOKENS = ReloadCheck.PROMPTS.size() * (PROMPT_TOKENS + ReloadCheck.NEW_TOKENS);

    /// A sweep over the weights for every token, one for the prompts, and two that compare and weigh as much as many.
    private static final int CHECK_SWEEPS = ReloadCheck.NEW_TOKENS + 1 + 2 * 16;

    /// What starting and opening files takes at least.
    private static final double LEAST_SECONDS = 1;

    /// What this machine does in a second.
    ///
    /// @param availableBytes memory that mapped weights may stay in
    public record Rates(
            long diskReadBytesPerSecond,
            long diskWriteBytesPerSecond,
            long memoryReadBytesPerSecond,
            long availableBytes) {}

    /// A merged model, or one whose own parameters were trained.
    ///
    /// @param adapter PEFT folder; null for a model without one
    /// @param dtype null to keep the model's
    public static ExportEstimate merged(
            Backend backend, ModelFolder model, @Nullable Path adapter, @Nullable DType dtype) throws IOException {
        DType written = dtype != null ? dtype : model.dtype();
        long bytes = dtype == null ? model.bytes() : model.parameterCount() * dtype.bytes();
        long adapterBytes = adapter == null ? 0 : adapterBytes(adapter);
        long largest = DecoderParameters.of(model.spec()).stream()
                .mapToLong(parameter -> TensorArena.roundedBytes(elements(parameter) * written.bytes()))
                .max()
                .orElse(0);
        long checking = adapterBytes + checking(backend, model.spec(), written);
        return new ExportEstimate(
                bytes,
                Math.max(adapterBytes + 2 * largest, checking),
                model.bytes() + bytes,
                CHECK_SWEEPS * Math.max(bytes, model.bytes()));
    }

    /// An adapter alone.
    public static ExportEstimate adapter(Backend backend, TunedModel tuned) throws IOException {
        long bytes = adapterBytes(tuned.adapter());
        ModelFolder base = tuned.base();
        long checking = bytes + checking(backend, base.spec(), base.dtype());
        return new ExportEstimate(bytes, checking, base.bytes() + bytes, CHECK_SWEEPS * base.bytes());
    }

    private static long checking(Backend backend, DecoderSpec spec, DType stored) {
        ComputeType answered = stored == DType.BF16 ? ComputeType.BF16 : ComputeType.F32;
        long answering = converted(spec, stored, answered)
                + Generator.measure(
                        backend,
                        spec,
                        answered,
                        Adapters.NONE,
                        ReloadCheck.PROMPTS.size(),
                        PROMPT_TOKENS + ReloadCheck.NEW_TOKENS);
        TrainingPass.Plan sweep = new TrainingPass.Plan(CHECKED_TOKENS, 1, Retention.BOUNDARY, Adapters.NONE, Set.of());
        long logits = (long) CHECKED_TOKENS * spec.vocabularySize() * Float.BYTES;
        long kept = 2L * ReloadCheck.PROMPTS.size() * ReloadCheck.NEW_TOKENS * spec.vocabularySize() * Float.BYTES;
        long comparing = converted(spec, stored, ComputeType.F32)
                + TrainingPass.measure(backend, spec, ComputeType.F32, sweep)
                + logits
                + kept;
        return Math.max(answering, comparing);
    }

    /// Copies of one block and a slice of the head in the type that is computed in.
    private static long converted(DecoderSpec spec, DType stored, ComputeType compute) {
        if (stored == compute.dtype()) {
            return 0;
        }
        long block = DecoderParameters.ofLayer(spec, 0).stream()
                .mapToLong(ExportEstimate::elements)
                .sum();
        long head = (long) Math.min(HeadBlocks.of(spec).rowsOfBlock(), spec.vocabularySize()) * spec.embeddingDim();
        return (block + head) * compute.dtype().bytes();
    }

    private static long elements(ParameterSpec parameter) {
        return parameter.shape().elements();
    }

    private static long adapterBytes(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> inside = Files.list(folder)) {
            files = inside.filter(file -> file.getFileName().toString().startsWith("adapter_model."))
                    .toList();
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /// How long it takes; weights that do not stay in memory are read from the disk for every sweep.
    public Duration time(Rates rates) {
        boolean stays = readBytes <= rates.availableBytes();
        double sweepRate = stays ? rates.memoryReadBytesPerSecond() : rates.diskReadBytesPerSecond();
        double seconds = LEAST_SECONDS
                + readBytes / (double) Math.max(1, rates.diskReadBytesPerSecond())
                + bytes / (double) Math.max(1, rates.diskWriteBytesPerSecond())
                + checkBytes / Math.max(1, sweepRate);
        return Duration.ofMillis((long) (1000 * seconds));
    }
}
