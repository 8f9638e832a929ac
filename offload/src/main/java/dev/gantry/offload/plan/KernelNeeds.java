package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.KernelWork;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.generate.Generator;
import java.util.Set;
import java.util.stream.LongStream;

/// What a job's kernels take of a device with memory of its own beside the matrices that the plan lays out.
public final class KernelNeeds {
    /// Who holds it in a device's account.
    public static final String OWNER = "kernels";

    /// Its name among the uses of a tier.
    static final String USE = "kernels and their workspace";

    private KernelNeeds() {}

    /// Of a training run; 0 on the processor, whose kernels are part of the process.
    public static long bytes(Backend backend, TrainingJob job) {
        return bytes(
                backend,
                work(
                        job.shapes(),
                        job.microBatchTokens(),
                        summed(job),
                        job.trained(),
                        new Answers(job.samplingTokens(), 1)));
    }

    /// The same of answers.
    public static long bytes(Backend backend, InferenceJob job) {
        return bytes(
                backend,
                work(
                        job.shapes(),
                        Generator.pieceTokens(job.sequences(), job.capacity()),
                        0,
                        job.overlaid(),
                        new Answers(job.capacity(), job.sequences())));
    }

    /// The same of passes over whole batches.
    public static long bytes(Backend backend, SweepJob job) {
        return bytes(backend, work(job.shapes(), job.rows(), job.summed(), job.overlaid(), new Answers(0, 1)));
    }

    /// The same of PPO's roles.
    static long bytes(Backend backend, PpoJob job) {
        TrainingJob training = job.adapter();
        Answers answers = new Answers(job.rowTokens(), job.generatedTogether());
        return bytes(
                backend, work(training.shapes(), training.microBatchTokens(), summed(training), Set.of(), answers));
    }

    private static long bytes(Backend backend, KernelWork work) {
        return backend.memory().isHost() ? 0 : backend.besideMatrices(work);
    }

    /// What a device has free for the job's matrices and kernels together: what it tells is what matrices may take.
    public static long freeBytes(Backend backend, TrainingJob job) {
        return backend.memory().freeBytes() + bytes(backend, job);
    }

    /// @param tokens of the longest; 0 for none
    /// @param sequences side by side
    private record Answers(int tokens, int sequences) {}

    private static KernelWork work(
            ModelShapes model, int tokens, long summed, Set<ParameterId> overlaid, Answers answers) {
        DecoderSpec spec = model.spec();
        return new KernelWork(
                model.compute().dtype(),
                tokens,
                spec.attention().heads(),
                spec.attention().headDim(),
                spec.position() instanceof PositionSpec.Rotary,
                summed,
                model.convertedBytes(overlaid),
                answers.tokens(),
                answers.sequences(),
                spec.vocabularySize());
    }

    /// The largest matrix that is trained.
    private static long summed(TrainingJob job) {
        DecoderSpec spec = job.spec();
        LongStream adapters = job.adapterRanks().entrySet().stream().mapToLong(site -> {
            Module module = site.getKey().module();
            return (long) site.getValue()
                    * Math.max(DecoderParameters.inputWidth(spec, module), DecoderParameters.outputWidth(spec, module));
        });
        LongStream whole = DecoderParameters.of(spec).stream()
                .filter(parameter -> job.trained().contains(parameter.id()))
                .mapToLong(parameter -> parameter.shape().elements());
        return LongStream.concat(adapters, whole).max().orElse(0);
    }
}
