package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.engine.optim.LossScale;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.BoundaryPlacement;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// One optimizer step of a trainee: gradients of all micro-batches, clipping, update. All memory is allocated at
/// construction.
public final class TrainingStep implements AutoCloseable {
    private final Backend backend;
    private final Trainee trainee;
    private final List<Trainable> trainables;
    private final double maxGradientNorm;
    private final TensorArena states;
    private final Optimizer optimizer;
    private final TrainingPass pass;

    /// Sizes that memory is allocated for.
    ///
    /// @param maxTokens tokens of the largest micro-batch
    /// @param microBatches micro-batches of a step
    /// @param headOrder how the head's loss is worked through
    /// @param boundaries where the residual stream lies between blocks
    public record Extent(
            int maxTokens, int microBatches, Retention retention, HeadOrder headOrder, BoundaryPlacement boundaries) {
        /// With head and residual stream on the device.
        public Extent(int maxTokens, int microBatches, Retention retention) {
            this(maxTokens, microBatches, retention, HeadOrder.SLICES_OUTSIDE, BoundaryPlacement.ON_DEVICE);
        }
    }

    /// What a step did.
    ///
    /// @param loss mean over the labelled tokens, before the update
    /// @param gradientNorm before clipping
    public record Result(double loss, double gradientNorm) {

        /// Whether the step could be taken at all.
        public boolean isFinite() {
            return Double.isFinite(loss) && Double.isFinite(gradientNorm);
        }

        /// Whether gradients alone became too large: a smaller loss scale may help.
        boolean overflowed() {
            return Double.isFinite(loss) && !Double.isFinite(gradientNorm);
        }
    }

    /// @param trainee stays with the caller
    /// @param maxGradientNorm limit of the global norm; 0 for none
    public TrainingStep(
            Backend backend, Trainee trainee, OptimizerSettings settings, double maxGradientNorm, Extent extent) {
        this(backend, trainee, settings, maxGradientNorm, extent, backend.unlimited());
    }

    /// @param trainee stays with the caller
    /// @param maxGradientNorm limit of the global norm; 0 for none
    /// @param device where activations and the optimizer's states lie
    /// @throws OverBudgetException when it is too small
    public TrainingStep(
            Backend backend,
            Trainee trainee,
            OptimizerSettings settings,
            double maxGradientNorm,
            Extent extent,
            MemoryAccount device) {
        this.backend = backend;
        this.trainee = trainee;
        this.trainables = trainee.trainables();
        this.maxGradientNorm = maxGradientNorm;
        TrainingPass.Plan plan = new TrainingPass.Plan(
                        extent.maxTokens(),
                        extent.microBatches(),
                        extent.retention(),
                        trainee.adapters(),
                        trainee.gradients().parameters().keySet())
                .withHead(extent.headOrder())
                .withBoundaries(extent.boundaries());
        ModelWeights weights = trainee.weights();
        device.requireFree(
                "a training step",
                TrainingPass.measure(backend, weights.spec(), weights.computeType(), plan) + statesBytes(settings));
        this.states = new TensorArena(device, "optimizer states");
        this.optimizer = Optimizer.of(settings, backend, trainables, states);
        this.pass = new TrainingPass(backend, weights, plan, device);
    }

    private long statesBytes(OptimizerSettings settings) {
        try (TensorArena shapes = TensorArena.measuring()) {
            Optimizer.of(settings, backend, trainables, shapes);
            return shapes.allocatedBytes();
        }
    }

    /// Takes one step; a step whose loss or gradient is not finite changes nothing.
    ///
    /// @param seed of this step, for dropout
    public Result take(List<TokenBatch> microBatches, double learningRate, long seed) {
        return take(microBatches, learningRate, seed, 1);
    }

    /// The same with scaled gradients between the loss and the norm.
    ///
    /// @param lossScale see {@link LossScale}
    public Result take(List<TokenBatch> microBatches, double learningRate, long seed, float lossScale) {
        trainee.gradients().clear(backend);
        StepPart step = StepPart.all(microBatches, seed).scaledBy(lossScale);
        double loss = pass.lossAndGradients(microBatches, trainee.adapters(), trainee.gradients(), step);
        double norm = GradientClipping.globalNorm(backend, trainables) / lossScale;
        Result result = new Result(loss, norm);
        if (result.isFinite()) {
            optimizer.step(learningRate, GradientClipping.scale(norm, maxGradientNorm, lossScale));
            trainee.refresh();
        }
        return result;
    }

    /// Sum of the losses of all labelled tokens, without training.
    public double lossSum(List<TokenBatch> microBatches) {
        return pass.lossSum(microBatches, trainee.adapters(), null);
    }

    /// The optimizer's states by name, as live views, for a checkpoint.
    public SequencedMap<String, Tensor> optimizerTensors() {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        optimizer
                .states()
                .forEach((name, state) -> tensors.put(
                        name, new Tensor(state.dtype(), Shape.of(state.rows(), state.columns()), state.data())));
        return tensors;
    }

    /// Continues as if `steps` steps had been taken, after tensors and states were read back.
    public void resumeAt(long steps) {
        optimizer.resumeAt(steps);
        trainee.refresh();
    }

    /// Native allocations made so far; constant after construction.
    public long allocations() {
        return pass.allocations() + states.allocations() + trainee.allocations();
    }

    /// Bytes of native memory held for activations and optimizer states.
    public long bytes() {
        return pass.bytes() + states.allocatedBytes();
    }

    @Override
    public void close() {
        pass.close();
        states.close();
    }
}
