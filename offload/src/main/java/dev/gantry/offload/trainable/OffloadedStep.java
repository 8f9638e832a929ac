package dev.gantry.offload.trainable;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.engine.optim.LossScale;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BoundarySweep;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.boundary.StreamMoves;
import dev.gantry.offload.boundary.StreamTraffic;
import dev.gantry.offload.boundary.TieredBoundaries;
import dev.gantry.offload.state.RecordPipeline;
import dev.gantry.offload.state.StateLayout;
import dev.gantry.offload.trainable.TrainableMemory.Clipping;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Training steps of a whole model whose gradients and states live on several tiers: the same bits as with everything
/// on the device. All memory is allocated at construction.
public final class OffloadedStep implements AutoCloseable {
    private final TrainedValues values;
    private final StepUpdates updates;
    private final TrainingPass pass;
    private final StreamTraffic stream = new StreamTraffic();
    private final Job job;
    private final OptimizerSettings.AdamW settings;
    private long steps;
    private boolean unusable;

    /// How steps are taken.
    ///
    /// @param maxGradientNorm limit of the global norm; 0 for none
    /// @param maxTokens tokens of the largest micro-batch
    /// @param microBatches micro-batches of a step
    /// @param boundaries where the residual stream lives between blocks; null for the device
    public record Job(
            OptimizerSettings optimizer,
            double maxGradientNorm,
            int maxTokens,
            int microBatches,
            Retention retention,
            @Nullable BoundaryPlan boundaries) {
        /// With the residual stream on the device.
        public Job(
                OptimizerSettings optimizer,
                double maxGradientNorm,
                int maxTokens,
                int microBatches,
                Retention retention) {
            this(optimizer, maxGradientNorm, maxTokens, microBatches, retention, null);
        }

        Clipping clipping() {
            return maxGradientNorm == 0 ? Clipping.OFF : Clipping.ON;
        }

        TrainingPass.Plan pass(TrainedModel model, MemoryAccount host, @Nullable Path folder, StreamTraffic traffic) {
            TrainingPass.Plan plan = new TrainingPass.Plan(
                    maxTokens,
                    microBatches,
                    retention,
                    Adapters.NONE,
                    model.tensors().stream().map(TrainedTensor::id).collect(Collectors.toUnmodifiableSet()));
            return boundaries == null
                    ? plan
                    : plan.withBoundaries(TieredBoundaries.placement(boundaries, host, folder, traffic));
        }

        /// What the residual stream takes on the disk.
        long streamFileBytes(TrainedModel model) {
            return boundaries == null
                    ? 0
                    : boundaries.fileBytes(
                            microBatches, (long) maxTokens * model.spec().hidden() * Float.BYTES);
        }

        /// What the residual stream moves in the largest step.
        StreamMoves streamMoves(TrainedModel model) {
            if (boundaries == null) {
                return StreamMoves.NONE;
            }
            var rounds = HeadOrder.SLICES_OUTSIDE.rounds(model.spec(), HeadBlocks.of(model.spec()));
            var course = new BoundarySweep.Course.Training(retention, rounds, true);
            List<Integer> tokens = Collections.nCopies(microBatches, maxTokens);
            return StreamMoves.of(
                    boundaries,
                    new BoundarySweep(course, model.spec().layers(), tokens),
                    model.spec().hidden());
        }
    }

    /// Where values may live.
    ///
    /// @param diskFolder for what lives on disk; this run's own
    /// @param owner whose values they are, in a few letters of ASCII: files of another owner are refused
    public record Room(
            MemoryAccount device,
            MemoryAccount host,
            @Nullable Path diskFolder,
            String owner) {
        /// For values that nobody will look for later.
        public Room(MemoryAccount device, MemoryAccount host, @Nullable Path diskFolder) {
            this(device, host, diskFolder, "any");
        }
    }

    /// Places all values and reads them from where training starts.
    ///
    /// @throws GantryException when a budget or the disk is too small, or the optimizer cannot run off the device
    public OffloadedStep(Backend backend, RecordLayout layout, TrainablePlan plan, Job job, Room room, Origin origin) {
        this(backend, layout, plan, job, room, origin, DiskShelves.Opener.IN_FILES);
    }

    OffloadedStep(
            Backend backend,
            RecordLayout layout,
            TrainablePlan plan,
            Job job,
            Room room,
            Origin origin,
            DiskShelves.Opener opener) {
        this.job = job;
        this.settings = adamW(job.optimizer());
        this.steps = origin.step();
        values = new TrainedValues(backend, layout, plan, job.clipping(), room, origin, opener);
        StepUpdates begun = null;
        boolean complete = false;
        try {
            begun = new StepUpdates(backend, layout, plan, job.clipping(), values, update(0, 0));
            updates = begun;
            pass = new TrainingPass(
                    backend,
                    values.weights(),
                    job.pass(layout.model(), room.host(), room.diskFolder(), stream),
                    room.device());
            complete = true;
        } finally {
            if (!complete) {
                if (begun != null) {
                    begun.close();
                }
                values.close();
            }
        }
    }

    /// What steps need beside memory.
    ///
    /// @param updates bytes that each step moves for its updates
    /// @param passing bytes of parameters and residual stream that the largest step moves in its sweep
    /// @param fileBytes that files take on the disk
    /// @param device bytes by what they are for
    /// @param host bytes by what they are for
    public record Needs(
            Traffic updates,
            Traffic passing,
            long fileBytes,
            SortedMap<String, Long> device,
            SortedMap<String, Long> host) {
        public long deviceBytes() {
            return sum(device);
        }

        public long hostBytes() {
            return sum(host);
        }

        private static long sum(SortedMap<String, Long> uses) {
            return uses.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// What a pass takes and moves, wherever the values of the model live.
    ///
    /// @param memory of the device
    /// @param device bytes by what they are for
    /// @param hostBytes of the residual stream
    public record PassNeeds(
            Memory memory, SortedMap<String, Long> device, long hostBytes, long fileBytes, Traffic moved) {}

    /// What steps would take of device and host, found by planning them without memory.
    public static Needs measure(Backend backend, RecordLayout layout, TrainablePlan plan, Job job) {
        return measure(layout, plan, job, measurePass(backend, layout.model(), job));
    }

    /// The part of it that depends on the job and the residual stream alone.
    public static PassNeeds measurePass(Backend backend, TrainedModel model, Job job) {
        MemoryAccount host = MemoryAccount.unlimited("host");
        SortedMap<String, Long> device = TrainingPass.measureByUse(
                backend, model.spec(), model.compute(), job.pass(model, host, null, new StreamTraffic()));
        StreamMoves moves = job.streamMoves(model);
        return new PassNeeds(backend.memory(), device, host.peakBytes(), job.streamFileBytes(model), traffic(moves));
    }

    private static Traffic traffic(StreamMoves moves) {
        return new Traffic(moves.toHost(), moves.toDevice(), moves.diskRead(), moves.diskWritten());
    }

    /// The whole of it.
    ///
    /// @param pass as measured for this job
    public static Needs measure(RecordLayout layout, TrainablePlan plan, Job job, PassNeeds pass) {
        MemoryAccount device = MemoryAccount.unlimited("device", pass.memory());
        MemoryAccount host = MemoryAccount.unlimited("host");
        try (TrainedShapes values = new TrainedShapes(layout, plan, job.clipping(), device, host)) {
            SortedMap<String, Long> onDevice = new TreeMap<>(device.snapshot().owners());
            pass.device().forEach((use, bytes) -> onDevice.merge(use, bytes, Long::sum));
            onDevice.values().removeIf(bytes -> bytes == 0);
            SortedMap<String, Long> onHost = new TreeMap<>(host.snapshot().owners());
            if (pass.hostBytes() > 0) {
                onHost.merge("boundary activations", pass.hostBytes(), Long::sum);
            }
            Traffic passing = values.passing().plus(pass.moved());
            return new Needs(values.updates(), passing, values.fileBytes() + pass.fileBytes(), onDevice, onHost);
        }
    }

    /// Host memory that {@link KeptMoments} take while values are placed.
    public static long readingBytes(RecordLayout layout) {
        StateLayout moments = new StateLayout(layout.records(), 2, layout.elements(), "");
        return RecordPipeline.memoryBytes(moments, RecordPipeline.USUAL_BUFFERS);
    }

    private static OptimizerSettings.AdamW adamW(OptimizerSettings settings) {
        return switch (settings) {
            case OptimizerSettings.AdamW adamW -> adamW;
            case OptimizerSettings.Lamb _ -> throw wholeTensors("LAMB");
            case OptimizerSettings.Lars _ -> throw wholeTensors("LARS");
        };
    }

    /// Why an optimizer cannot run off the device.
    public static GantryException wholeTensors(String name) {
        return GantryException.usage(
                "OFFLOAD-OPTIMIZER",
                "cannot train with " + name + " when values leave the device",
                "it scales each update by the norm of a whole tensor, and tensors are updated in parts",
                "Choose adamw, or keep everything on the device.");
    }

    private AdamUpdate update(double learningRate, float gradientScale) {
        return new AdamUpdate(settings, steps + 1, learningRate, gradientScale);
    }

    /// Takes one step. With clipping, a step whose loss or gradient is not finite changes nothing; without clipping
    /// updates are made before that is known, and training must go on from a checkpoint.
    ///
    /// @param seed of this step, for dropout
    /// @throws GantryException when a disk fails: training must go on from a checkpoint then
    public StepResult take(List<TokenBatch> microBatches, double learningRate, long seed) {
        return take(microBatches, learningRate, seed, 1);
    }

    /// The same with scaled gradients between the loss and the norm.
    ///
    /// @param lossScale see {@link LossScale}; 1 without clipping, since a step must not be skipped half-way
    public StepResult take(List<TokenBatch> microBatches, double learningRate, long seed, float lossScale) {
        if (lossScale != 1 && job.clipping() == Clipping.OFF) {
            throw new IllegalArgumentException("gradients are scaled by " + lossScale + " and not clipped");
        }
        if (unusable) {
            throw new IllegalStateException("a step failed half-way: go on from a checkpoint");
        }
        unusable = true;
        StepPart part = StepPart.all(microBatches, seed).scaledBy(lossScale);
        updates.begin(update(learningRate, 1));
        double[] losses = pass.lossesAndGradients(microBatches, Adapters.NONE, values.gradients(), part, updates);
        updates.backwardFinished();
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        double norm = GradientClipping.globalNorm(updates.squares()) / lossScale;
        StepResult result = new StepResult(part.mean(sum), norm);
        if (result.isFinite()) {
            updates.apply(update(learningRate, GradientClipping.scale(norm, job.maxGradientNorm(), lossScale)));
            values.parametersChanged();
            steps++;
            unusable = false;
        } else if (job.clipping() == Clipping.ON) {
            updates.discard();
            unusable = false;
        }
        return result;
    }

    /// Sum of the losses of all labelled tokens, without training.
    public double lossSum(List<TokenBatch> microBatches) {
        return pass.lossSum(microBatches, Adapters.NONE, null);
    }

    /// The weights to compute with.
    public ModelWeights weights() {
        return values.weights();
    }

    /// Steps taken so far.
    public long steps() {
        return steps;
    }

    /// Reads masters and moments, between two steps.
    public StateReader reader() {
        return values.reader();
    }

    /// Makes what lives on disk a generation that survives whatever follows, until the next but one of these calls;
    /// what lives elsewhere has to be saved by reading it.
    public void checkpoint() {
        values.checkpoint();
    }

    /// Bytes moved between tiers so far.
    public Traffic traffic() {
        return values.traffic().plus(traffic(stream.moves()));
    }

    /// Native allocations made so far; constant after construction.
    public long allocations() {
        return pass.allocations() + values.allocations();
    }

    @Override
    public void close() {
        pass.close();
        updates.close();
        values.close();
    }
}
