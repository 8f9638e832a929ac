package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.plan.TrainingPlan.Use;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Plans a job whose model lies in host memory: shapes give bytes, one probe gives time.
///
/// Layers are recomputed only when keeping everything would not fit.
public final class TrainingPlanner {
    /// Share of the probed matmul rate that a whole step reaches, norms, attention and optimizer included.
    private static final double STEP_EFFICIENCY = 0.65;

    /// The JVM, its heap, code and thread stacks.
    private static final long RUNTIME_BYTES = 350L << 20;

    private static final int STATE_COPIES = 4; // f32 master, gradient and the two moments of Adam

    private final Backend backend;

    public TrainingPlanner(Backend backend) {
        this.backend = backend;
    }

    /// @param budgetBytes memory the job may use
    public TrainingPlan plan(TrainingJob job, MachineRates rates, long budgetBytes) {
        TrainingPlan keeping = plan(job, rates, budgetBytes, Retention.EVERYTHING);
        return keeping.fits() ? keeping : plan(job, rates, budgetBytes, Retention.BOUNDARY);
    }

    private TrainingPlan plan(TrainingJob job, MachineRates rates, long budgetBytes, Retention retention) {
        List<Use> uses = new ArrayList<>();
        uses.add(new Use("activations and workspace", workspaceBytes(job, retention)));
        uses.add(new Use("trained parameters, gradients and optimizer", trainedBytes(job)));
        uses.add(new Use("converted weights", convertedBytes(job)));
        uses.add(new Use("runtime", RUNTIME_BYTES));
        uses.removeIf(use -> use.bytes() == 0);
        uses.sort(Comparator.comparingLong(Use::bytes).reversed());
        double tokensPerSecond =
                rates.matmulFlopsPerSecond() * STEP_EFFICIENCY / TrainingFlops.perToken(job, retention);
        double seconds = job.steps() * (double) job.tokensPerStep() / tokensPerSecond;
        TrainingPlan plan = new TrainingPlan(
                retention, List.copyOf(uses), mappedBytes(job), budgetBytes, tokensPerSecond, seconds, List.of());
        return new TrainingPlan(
                retention, plan.uses(), plan.mappedBytes(), budgetBytes, tokensPerSecond, seconds, advice(job, plan));
    }

    private long workspaceBytes(TrainingJob job, Retention retention) {
        try (TensorArena shapes = TensorArena.measuring()) {
            Map<AdapterSite, LowRank> sites = new HashMap<>();
            job.adapterRanks().forEach((site, rank) -> sites.put(site, adapter(job, site, rank, shapes)));
            TrainingPass.Plan plan = new TrainingPass.Plan(
                    job.microBatchTokens(), job.microBatches(), retention, new Adapters(sites), job.trained());
            return TrainingPass.measure(backend, job.spec(), job.compute(), plan);
        }
    }

    private static LowRank adapter(TrainingJob job, AdapterSite site, int rank, TensorArena shapes) {
        int in = DecoderParameters.inputWidth(job.spec(), site.module());
        int out = DecoderParameters.outputWidth(job.spec(), site.module());
        return new LowRank(
                shapes.matrix(DType.F32, rank, in), shapes.matrix(DType.F32, out, rank), 1, job.adapterDropout());
    }

    private static long trainedBytes(TrainingJob job) {
        long bytes = 0;
        try (TensorArena shapes = TensorArena.measuring()) {
            job.adapterRanks().forEach((site, rank) -> adapter(job, site, rank, shapes));
            bytes += shapes.allocatedBytes();
        }
        for (ParameterSpec parameter : DecoderParameters.of(job.spec())) {
            if (job.trained().contains(parameter.id())) {
                bytes += TensorArena.roundedBytes(DType.F32, parameter.shape());
            }
        }
        return bytes * STATE_COPIES;
    }

    /// Weights that must be copied because they are stored in another type than they are computed in.
    private static long convertedBytes(TrainingJob job) {
        long bytes = 0;
        for (ParameterSpec parameter : DecoderParameters.of(job.spec())) {
            DType needed = needed(job, parameter.id());
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
    private static @Nullable DType needed(TrainingJob job, ParameterId id) {
        boolean tiedHead = id.module() == Module.TOKEN_EMBEDDING && job.spec().head() == DecoderSpec.Head.TIED;
        if (id.part() == ParameterId.Part.WEIGHT && (id.module().isLinear() || tiedHead)) {
            return job.compute().dtype();
        }
        boolean table = id.module() == Module.TOKEN_EMBEDDING || id.module() == Module.POSITION_EMBEDDING;
        return table ? null : DType.F32;
    }

    private static long mappedBytes(TrainingJob job) {
        long bytes = 0;
        for (ParameterSpec parameter : DecoderParameters.of(job.spec())) {
            DType stored = job.stored().get(parameter.id());
            if (stored != null && !job.trained().contains(parameter.id())) {
                bytes += parameter.shape().elements() * stored.bytes();
            }
        }
        return bytes;
    }

    private List<String> advice(TrainingJob job, TrainingPlan plan) {
        if (plan.fits()) {
            return List.of();
        }
        List<String> advice = new ArrayList<>();
        if (job.microBatchTokens() > 64) {
            TrainingJob halved = halved(job);
            long saved = workspaceBytes(job, Retention.BOUNDARY) - workspaceBytes(halved, Retention.BOUNDARY);
            advice.add("halve the tokens of a micro-batch to " + halved.microBatchTokens() + ": saves " + (saved >> 20)
                    + " MiB");
        }
        if (job.compute() == ComputeType.F32) {
            advice.add("compute in bf16");
        }
        if (!job.trained().isEmpty()) {
            advice.add("train an adapter instead of whole parameters: saves " + (trainedBytes(job) >> 20)
                    + " MiB of masters, gradients and optimizer states");
        }
        return List.copyOf(advice);
    }

    private static TrainingJob halved(TrainingJob job) {
        return new TrainingJob(
                job.spec(),
                job.stored(),
                job.compute(),
                job.adapterRanks(),
                job.adapterDropout(),
                job.trained(),
                job.microBatchTokens() / 2,
                job.microBatches() * 2,
                job.steps());
    }
}
