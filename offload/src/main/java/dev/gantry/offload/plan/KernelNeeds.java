package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.KernelWork;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.tensor.DType;
import java.util.stream.LongStream;

/// What a job's kernels take of a device with memory of its own beside the matrices that the plan lays out.
public final class KernelNeeds {
    /// Its name among the uses of a tier.
    static final String USE = "kernels and their workspace";

    private KernelNeeds() {}

    /// 0 on the processor, whose kernels are part of the process.
    public static long bytes(Backend backend, TrainingJob job) {
        return backend.memory().isHost() ? 0 : backend.besideMatrices(work(job));
    }

    /// What a device has free for the job's matrices and kernels together: what it tells is what matrices may take.
    public static long freeBytes(Backend backend, TrainingJob job) {
        return backend.memory().freeBytes() + bytes(backend, job);
    }

    private static KernelWork work(TrainingJob job) {
        DecoderSpec spec = job.spec();
        return new KernelWork(
                job.compute().dtype(),
                job.microBatchTokens(),
                spec.attention().heads(),
                spec.attention().headDim(),
                spec.position() instanceof PositionSpec.Rotary,
                summed(job),
                converted(job),
                job.samplingTokens(),
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

    /// The largest parameter that is not computed with as it is stored or trained, on the host.
    private static long converted(TrainingJob job) {
        long most = 0;
        for (ParameterSpec parameter : DecoderParameters.of(job.spec())) {
            ParameterId id = parameter.id();
            DType held = job.trained().contains(id) ? DType.F32 : job.stored().get(id);
            DType needed = JobBytes.needed(job, id);
            if (held != null && needed != null && held != needed) {
                most = Math.max(most, parameter.shape().elements() * held.bytes());
            }
        }
        return most;
    }
}
