package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;

/// Bytes that a job takes, found by running the code that allocates them against arenas that only count.
final class JobBytes {
    private static final int STATE_COPIES = 4; // f32 value, gradient and the two moments of Adam

    private final Backend backend;
    private final TrainingJob job;
    private final ModelShapes model;

    JobBytes(Backend backend, TrainingJob job) {
        this.backend = backend;
        this.job = job;
        this.model = job.shapes();
    }

    /// Activations, boundaries and the head's slice.
    long pass(Retention retention) {
        TrainingPass.Plan plan =
                new TrainingPass.Plan(job.microBatchTokens(), job.microBatches(), retention, adapters(), job.trained());
        return TrainingPass.measure(backend, job.spec(), job.compute(), plan);
    }

    /// What answering the sample questions takes, between steps.
    long sampling() {
        return job.samplingTokens() == 0
                ? 0
                : Generator.measure(backend, job.spec(), job.compute(), adapters(), 1, job.samplingTokens());
    }

    private Adapters adapters() {
        return model.adapters(job.adapterRanks(), job.adapterDropout());
    }

    /// What is trained, with gradients and optimizer states.
    long trained() {
        return (model.adapterBytes(job.adapterRanks()) + model.f32Bytes(job.trained())) * STATE_COPIES;
    }

    /// Token ids, positions and labels of all micro-batches.
    long batches() {
        try (TensorArena shapes = TensorArena.measuring()) {
            for (int i = 0; i < job.microBatches(); i++) {
                new TokenBatch.Buffers(job.microBatchTokens(), shapes);
            }
            return shapes.allocatedBytes();
        }
    }

    /// Weights that must be copied because they are stored in another type than they are computed in.
    long converted() {
        long bytes = 0;
        for (ParameterSpec parameter : DecoderParameters.of(job.spec())) {
            DType needed = needed(parameter.id());
            DType held = job.trained().contains(parameter.id())
                    ? DType.F32
                    : job.stored().get(parameter.id());
            if (needed != null && needed != held) {
                bytes += TensorArena.roundedBytes(needed, parameter.shape());
            }
        }
        return bytes;
    }

    /// The type a parameter is computed in; null where any will do.
    private @Nullable DType needed(ParameterId id) {
        boolean tiedHead = id.module() == Module.TOKEN_EMBEDDING && job.spec().head() == DecoderSpec.Head.TIED;
        if (id.part() == ParameterId.Part.WEIGHT && (id.module().isLinear() || tiedHead)) {
            return job.compute().dtype();
        }
        boolean table = id.module() == Module.TOKEN_EMBEDDING || id.module() == Module.POSITION_EMBEDDING;
        return table ? null : DType.F32;
    }

    /// Weights that are read from files where they lie.
    long mapped() {
        long bytes = 0;
        for (ParameterSpec parameter : DecoderParameters.of(job.spec())) {
            DType stored = job.stored().get(parameter.id());
            if (stored != null && !job.trained().contains(parameter.id())) {
                bytes += parameter.shape().elements() * stored.bytes();
            }
        }
        return bytes;
    }
}
