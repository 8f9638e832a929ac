package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.boundary.TieredBoundaries;
import dev.gantry.offload.plan.TierUse.Use;
import java.util.List;

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
        return TrainingPass.measure(backend, job.spec(), job.compute(), plan(retention));
    }

    private TrainingPass.Plan plan(Retention retention) {
        return new TrainingPass.Plan(job.microBatchTokens(), job.microBatches(), retention, adapters(), job.trained());
    }

    /// What a pass takes.
    ///
    /// @param hostBytes of the residual stream
    record PassBytes(long deviceBytes, long hostBytes) {}

    /// The same with a head that is worked through in some order, and the residual stream on several tiers.
    PassBytes pass(Retention retention, HeadOrder order, BoundaryPlan stream) {
        MemoryAccount host = MemoryAccount.unlimited("host");
        TrainingPass.Plan plan =
                plan(retention).withHead(order).withBoundaries(TieredBoundaries.placement(stream, host, null));
        return new PassBytes(TrainingPass.measure(backend, job.spec(), job.compute(), plan), host.peakBytes());
    }

    /// What the device holds whatever the pass keeps and wherever weights lie.
    List<Use> besidePassAndWeights() {
        return List.of(
                new Use("trained parameters, gradients and optimizer", trained()),
                new Use("batches", batches()),
                new Use("sample answers", sampling()),
                new Use(KernelNeeds.USE, KernelNeeds.bytes(backend, job)));
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

    /// Weights that must be copied because they are stored in another type than they are computed in, or because the
    /// device has memory of its own: then all but those that are trained there.
    long converted() {
        boolean everything = !backend.memory().isHost();
        long bytes = 0;
        for (ParameterSpec parameter : DecoderParameters.of(job.spec())) {
            ParameterId id = parameter.id();
            boolean trained = job.trained().contains(id);
            DType needed = model.needed(id);
            DType held = trained ? DType.F32 : job.stored().get(id);
            boolean copies = everything && !trained;
            if (needed != null && (needed != held || copies)) {
                bytes += TensorArena.roundedBytes(needed, parameter.shape());
            }
            if (copies && held != null && held != needed && ModelShapes.isTable(id)) {
                bytes += TensorArena.roundedBytes(held, parameter.shape());
            }
        }
        return bytes;
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
