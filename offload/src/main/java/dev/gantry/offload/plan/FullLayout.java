package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.trainable.Kind;
import dev.gantry.offload.trainable.OffloadedStep;
import dev.gantry.offload.trainable.OffloadedStep.PassNeeds;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.TrainablePlan;
import dev.gantry.offload.trainable.TrainablePlan.Count;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import dev.gantry.offload.trainable.TrainedModel;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    private final TrainingJob job;
    private final Retention retention;
    private final FullTraining training;
    private final Limits limits;
    private final int threads;
    private final Map<Kind, Count> counts = new EnumMap<>(Kind.class);
    private final Map<BoundaryPlan, PassNeeds> passes = new HashMap<>();
    private Set<Kind> inHost = Set.of(); // what goes no further down
    private Limits allowed;
    private Count stream = new Count(0, 0);

    /// What is left for the values of a model and the pass.
    record Limits(long deviceBytes, long hostBytes) {
        boolean hold(OffloadedStep.Needs needs) {
            return needs.deviceBytes() <= deviceBytes && needs.hostBytes() <= hostBytes;
        }

        /// These limits, but as much host memory as is taken already.
        Limits onHostAtLeast(long takenBytes) {
            return new Limits(deviceBytes, Math.max(hostBytes, takenBytes));
        }
    }

    /// A way to lay out values, and what it takes.
    record Dealt(TrainablePlan plan, BoundaryPlan boundaries, OffloadedStep.Needs needs) {}

    /// What is moved up together.
    sealed interface Group {
        /// Values of the model.
        record Kinds(List<Kind> kinds) implements Group {}

        /// The residual stream.
        record Stream() implements Group {}
    }

    /// @param limits that values are moved up to; a job that takes more at its least is laid out all the same
    FullLayout(
            Backend backend, TrainingJob job, Retention retention, FullTraining training, Limits limits, int threads) {
        this.backend = backend;
        this.job = job;
        this.retention = retention;
        this.layout = layout(job);
        this.training = training;
        this.limits = limits;
        this.allowed = limits;
        this.threads = threads;
    }

    private int units() {
        return BoundaryPlan.units(job.spec().layers());
    }

    static RecordLayout layout(TrainingJob job) {
        return new RecordLayout(
                TrainedModel.of(job.spec(), job.compute(), Object::toString, rank -> WeightDecay.APPLIED));
    }

    /// So many on the device, the others as far down as they go.
    private Count belowDevice(Kind kind, int onDevice) {
        // without clipping no gradient waits, wherever it lives
        boolean waits = kind != Kind.GRADIENT || training.maxGradientNorm() > 0;
        boolean onDisk = waits && !inHost.contains(kind);
        return new Count(onDevice, onDisk ? 0 : TrainablePlan.placeable(layout, kind) - onDevice);
    }

    /// Moves groups up to the device in this order, and what is left to host memory. Where the least takes too much,
    /// because what lies on the disk passes through buffers, it looks for a layout without the disk.
    Dealt deal(List<Group> order) {
        Dealt least = start(Set.of());
        if (limits.hold(least.needs())) {
            return moveUp(order, limits);
        }
        Dealt aboveDisk = start(EnumSet.allOf(Kind.class));
        Dealt dealt = moveUp(order, limits.onHostAtLeast(aboveDisk.needs().hostBytes()));
        return limits.hold(dealt.needs()) ? dealt : least;
    }

    /// Begins with everything that nobody has placed as far down as it goes.
    private Dealt start(Set<Kind> above) {
        inHost = above;
        for (Kind kind : Kind.values()) {
            Share asked = training.shares().get(kind);
            counts.put(
                    kind,
                    asked == null ? belowDevice(kind, 0) : Count.of(asked, TrainablePlan.placeable(layout, kind)));
        }
        Share asked = training.boundaries();
        stream = asked == null ? new Count(0, 0) : Count.of(asked, units());
        return measure();
    }

    private Dealt moveUp(List<Group> order, Limits most) {
        allowed = most;
        for (Group group : order) {
            switch (group) {
                case Group.Kinds(List<Kind> kinds) -> fillDevice(free(kinds));
                case Group.Stream _ -> fillStream(onDevice -> new Count(onDevice, 0));
            }
        }
        for (Group group : order) {
            switch (group) {
                case Group.Kinds(List<Kind> kinds) -> free(kinds).forEach(this::fillHost);
                case Group.Stream _ -> {
                    int onDevice = stream.device();
                    fillStream(above -> new Count(onDevice, Math.max(0, above - onDevice)));
                }
            }
        }
        return measure();
    }

    private List<Kind> free(List<Kind> kinds) {
        return kinds.stream()
                .filter(kind -> !training.shares().containsKey(kind))
                .toList();
    }

    private void fillDevice(List<Kind> kinds) {
        if (!kinds.isEmpty()) {
            LargestFit.of(TrainablePlan.placeable(layout, kinds.getFirst()), onDevice -> fits(kinds, onDevice));
        }
    }

    /// Takes so many of each kind to the device if they fit there.
    private boolean fits(List<Kind> kinds, int onDevice) {
        Map<Kind, Count> wanted = new EnumMap<>(Kind.class);
        for (Kind kind : kinds) {
            wanted.put(kind, belowDevice(kind, onDevice));
        }
        return fits(wanted, stream);
    }

    private void fillHost(Kind kind) {
        Count now = Objects.requireNonNull(counts.get(kind));
        int onDevice = now.device();
        LargestFit.of(
                TrainablePlan.placeable(layout, kind),
                above -> fits(Map.of(kind, new Count(onDevice, Math.max(now.host(), above - onDevice))), stream));
    }

    private void fillStream(IntFunction<Count> count) {
        if (training.boundaries() == null) {
            LargestFit.of(units(), above -> fits(Map.of(), count.apply(above)));
        }
    }

    /// Takes these counts when they fit.
    private boolean fits(Map<Kind, Count> wanted, Count wantedStream) {
        Map<Kind, Count> before = new EnumMap<>(counts);
        Count streamBefore = stream;
        counts.putAll(wanted);
        stream = wantedStream;
        boolean holds = allowed.hold(measure().needs());
        if (!holds) {
            counts.putAll(before);
            stream = streamBefore;
        }
        return holds;
    }

    private Dealt measure() {
        TrainablePlan plan = TrainablePlan.counted(layout, counts, threads);
        BoundaryPlan boundaries = BoundaryPlan.of(TrainablePlan.spread(stream, units()));
        OffloadedStep.Job step = new OffloadedStep.Job(
                ADAMW, training.maxGradientNorm(), job.microBatchTokens(), job.microBatches(), retention, boundaries);
        PassNeeds pass =
                passes.computeIfAbsent(boundaries, none -> OffloadedStep.measurePass(backend, layout.model(), step));
        return new Dealt(plan, boundaries, OffloadedStep.measure(layout, plan, step, pass));
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
