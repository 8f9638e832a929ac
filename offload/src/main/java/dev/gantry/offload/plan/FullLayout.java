package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.trainable.Kind;
import dev.gantry.offload.trainable.OffloadedStep;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.TrainablePlan;
import dev.gantry.offload.trainable.TrainablePlan.Count;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import dev.gantry.offload.trainable.TrainedModel;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// Deals the values of a model in training to tiers: begins with all of them as far down as they go, then moves up what
/// fits, kind by kind, as far as nobody has placed it.
///
/// Every step is tried by measuring what the code that allocates would take, so that nothing is ever over a budget.
final class FullLayout {
    /// Any will do: bytes do not depend on it.
    private static final OptimizerSettings ADAMW = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0);

    private final Backend backend;
    private final RecordLayout layout;
    private final OffloadedStep.Job step;
    private final FullTraining training;
    private final Limits limits;
    private final int threads;
    private final Map<Kind, Count> counts = new EnumMap<>(Kind.class);

    /// What is left for the values of a model and the pass.
    record Limits(long deviceBytes, long hostBytes) {
        boolean hold(OffloadedStep.Needs needs) {
            return needs.deviceBytes() <= deviceBytes && needs.hostBytes() <= hostBytes;
        }
    }

    /// A way to lay out values, and what it takes.
    record Dealt(TrainablePlan plan, OffloadedStep.Needs needs) {}

    /// @param limits that values are moved up to; a job that takes more at its least is laid out all the same
    FullLayout(
            Backend backend, TrainingJob job, Retention retention, FullTraining training, Limits limits, int threads) {
        this.backend = backend;
        this.layout = layout(job);
        this.step = new OffloadedStep.Job(
                ADAMW, training.maxGradientNorm(), job.microBatchTokens(), job.microBatches(), retention);
        this.training = training;
        this.limits = limits;
        this.threads = threads;
        for (Kind kind : Kind.values()) {
            Share asked = training.shares().get(kind);
            int all = TrainablePlan.placeable(layout, kind);
            counts.put(kind, asked == null ? least(kind, all) : Count.of(asked, all));
        }
    }

    static RecordLayout layout(TrainingJob job) {
        return new RecordLayout(
                TrainedModel.of(job.spec(), job.compute(), Object::toString, rank -> WeightDecay.APPLIED));
    }

    private static Count least(Kind kind, int all) {
        return switch (kind) {
            case PARAMETER -> new Count(all, 0);
            case GRADIENT -> new Count(0, all);
            case MASTER, MOMENTS -> new Count(0, 0);
        };
    }

    /// Moves kinds up to the device in this order, and what is left to host memory.
    Dealt deal(List<List<Kind>> order) {
        Dealt least = measure();
        if (!limits.hold(least.needs())) {
            return least;
        }
        for (List<Kind> together : order) {
            fill(free(together), onDevice -> new Count(onDevice, 0));
        }
        for (List<Kind> together : order) {
            fillHost(free(together));
        }
        return measure();
    }

    private List<Kind> free(List<Kind> kinds) {
        return kinds.stream()
                .filter(kind -> !training.shares().containsKey(kind))
                .toList();
    }

    private void fillHost(List<Kind> kinds) {
        for (Kind kind : kinds) {
            int onDevice = counts.getOrDefault(kind, new Count(0, 0)).device();
            if (kind == Kind.MASTER || kind == Kind.MOMENTS) {
                fill(List.of(kind), onHost -> new Count(onDevice, Math.max(0, onHost - onDevice)));
            }
        }
    }

    /// Finds the largest number for which everything fits.
    private void fill(List<Kind> kinds, IntFunction<Count> count) {
        if (kinds.isEmpty()) {
            return;
        }
        int all = TrainablePlan.placeable(layout, kinds.getFirst());
        if (fits(kinds, count.apply(all))) {
            return;
        }
        int fits = 0;
        int fails = all;
        while (fails - fits > 1) {
            int middle = (fits + fails) / 2;
            if (fits(kinds, count.apply(middle))) {
                fits = middle;
            } else {
                fails = middle;
            }
        }
    }

    /// Takes these counts when they fit; gradients that are not on the device wait in host memory.
    private boolean fits(List<Kind> kinds, Count wanted) {
        Map<Kind, Count> before = new EnumMap<>(counts);
        for (Kind kind : kinds) {
            int all = TrainablePlan.placeable(layout, kind);
            counts.put(kind, kind == Kind.GRADIENT ? new Count(wanted.device(), all - wanted.device()) : wanted);
        }
        boolean holds = limits.hold(measure().needs());
        if (!holds) {
            counts.putAll(before);
        }
        return holds;
    }

    private Dealt measure() {
        TrainablePlan plan = TrainablePlan.counted(layout, counts, threads);
        return new Dealt(plan, OffloadedStep.measure(backend, layout, plan, step));
    }

    /// Memory for one tensor on its way into a checkpoint, and no less than reading states under another plan takes.
    static long savingBytes(TrainingJob job) {
        long largest = DecoderParameters.of(job.spec()).stream()
                .mapToLong(parameter -> TensorArena.roundedBytes(DType.F32, parameter.shape()))
                .max()
                .orElse(0);
        return Math.max(largest, OffloadedStep.readingBytes(layout(job)));
    }
}
