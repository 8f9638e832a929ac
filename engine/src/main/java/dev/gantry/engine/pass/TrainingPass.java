package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// One forward and one backward over all micro-batches of an optimizer step: layers outside, micro-batches inside, so
/// that each block's weights are visited twice a step however many micro-batches there are.
///
/// All memory is allocated at construction.
public final class TrainingPass implements AutoCloseable {
    private final Backend backend;
    private final ModelWeights weights;
    private final DecoderSpec spec;
    private final Plan plan;
    private final TensorArena arena;
    private final EmbeddingPass embedding;
    private final LayerPass layer;
    private final HeadInput headInput;
    private final HeadPass head;
    private final HeadLoss headLoss;
    private final LayerScratch scratch;
    private final AdapterCasts casts;
    private final Matrix[][]
            boundaries; // [layer][microBatch], f32 (tokens, hidden): inputs of blocks, and the last output
    private final LayerActivations[][] activations; // [layer][microBatch]; one shared set when only boundaries are kept
    private final Matrix[] gradient; // [microBatch], f32 (tokens, hidden)

    /// What a pass is built for.
    ///
    /// @param maxTokens tokens of the largest micro-batch
    /// @param microBatches micro-batches of an optimizer step
    /// @param adapters adapters that will be applied; later calls may pass others of the same sites and ranks
    /// @param trained parameters that gradients will be asked for, beside those of the adapters
    /// @param headOrder how the head's loss is worked through
    public record Plan(
            int maxTokens,
            int microBatches,
            Retention retention,
            Adapters adapters,
            Set<ParameterId> trained,
            HeadOrder headOrder) {
        public Plan {
            trained = Set.copyOf(trained);
        }

        /// With a head that lies on the device.
        public Plan(int maxTokens, int microBatches, Retention retention, Adapters adapters, Set<ParameterId> trained) {
            this(maxTokens, microBatches, retention, adapters, trained, HeadOrder.SLICES_OUTSIDE);
        }
    }

    public TrainingPass(Backend backend, ModelWeights weights, Plan plan) {
        this(backend, weights, plan, MemoryAccount.unlimited("device"));
    }

    /// @param device where all memory comes from
    /// @throws OverBudgetException when it is too small
    public TrainingPass(Backend backend, ModelWeights weights, Plan plan, MemoryAccount device) {
        this(
                backend,
                weights,
                plan,
                TensorArena.planned(device, "activations", measure(backend, weights.shapeOnly(), plan)));
    }

    /// Bytes a pass would hold, found by planning it without memory.
    public static long measure(Backend backend, DecoderSpec spec, ComputeType compute, Plan plan) {
        return measure(backend, ModelWeights.shapeOnly(spec, compute), plan);
    }

    private static long measure(Backend backend, ModelWeights shapes, Plan plan) {
        try (TrainingPass pass = new TrainingPass(backend, shapes, plan, TensorArena.measuring())) {
            return pass.bytes();
        }
    }

    private TrainingPass(Backend backend, ModelWeights weights, Plan plan, TensorArena arena) {
        this.arena = arena;
        this.backend = backend;
        this.weights = weights;
        this.spec = weights.spec();
        this.plan = plan;
        ComputeType compute = weights.computeType();
        int tokens = plan.maxTokens();
        RotaryPass rotary = spec.position() instanceof PositionSpec.Rotary r
                ? new RotaryPass(backend.rotary(), r, tokens, arena)
                : null;
        this.embedding = new EmbeddingPass(backend, weights, tokens, arena);
        this.layer = new LayerPass(backend, spec, rotary);
        this.headInput = new HeadInput(backend, weights, arena, HeadBlockPass.sliceRows(spec.vocabularySize()));
        this.head = new HeadPass(backend, weights.head(), headInput);
        this.headLoss = HeadLoss.planned(backend, weights, plan, headInput, arena);
        this.scratch = LayerScratch.allocate(spec, compute, tokens, plan.adapters(), arena);
        this.casts = new AdapterCasts(compute, plan.adapters(), arena);
        this.boundaries = new Matrix[spec.layers() + 1][plan.microBatches()];
        this.activations = new LayerActivations[spec.layers()][plan.microBatches()];
        this.gradient = new Matrix[plan.microBatches()];
        allocate(compute);
    }

    private void allocate(ComputeType compute) {
        int tokens = plan.maxTokens();
        var ranks = LayerActivations.ranks(spec, plan.adapters());
        LinearInputs sharedInputs = LinearInputs.allocate(spec, compute, tokens, arena);
        LayerActivations shared = plan.retention() == Retention.BOUNDARY
                ? LayerActivations.allocate(spec, compute, tokens, ranks, sharedInputs, arena)
                : null;
        for (int mb = 0; mb < plan.microBatches(); mb++) {
            gradient[mb] = arena.matrix(DType.F32, tokens, spec.hidden());
            for (int l = 0; l <= spec.layers(); l++) {
                boundaries[l][mb] = arena.matrix(DType.F32, tokens, spec.hidden());
            }
            for (int l = 0; l < spec.layers(); l++) {
                activations[l][mb] = shared != null ? shared : kept(l, sharedInputs, ranks);
            }
        }
    }

    private LayerActivations kept(int layer, LinearInputs shared, Map<Module, Integer> ranks) {
        LinearInputs inputs = shared.keeping(layer, plan.trained(), plan.adapters(), arena);
        return LayerActivations.allocate(spec, weights.computeType(), plan.maxTokens(), ranks, inputs, arena);
    }

    /// Mean loss of the labelled tokens of all micro-batches, and its gradient added to `gradients`.
    ///
    /// @param seed of this optimizer step, for dropout
    /// @return mean cross-entropy in nats, 0 when no token has a label
    public double lossAndGradients(List<TokenBatch> batches, Adapters adapters, Gradients gradients, long seed) {
        StepPart all = StepPart.all(batches, seed);
        return all.mean(sum(lossesAndGradients(batches, adapters, gradients, all, BackwardListener.NONE)));
    }

    /// The same for some of the micro-batches of a step: adds what they contribute to the gradient of its mean loss.
    ///
    /// @return for each micro-batch the sum of the losses of its labelled tokens
    public double[] lossesAndGradients(
            List<TokenBatch> batches,
            Adapters adapters,
            Gradients gradients,
            StepPart part,
            BackwardListener listener) {
        if (!plan.trained().containsAll(gradients.parameters().keySet())) {
            throw new IllegalArgumentException(
                    "gradients are asked for of parameters that the pass was not planned for");
        }
        weights.layers().begin(LayerSource.Sweep.FORWARD_BACKWARD);
        Adapters compute = casts.refresh(backend, adapters);
        forward(batches, compute, part::dropout);
        listener.headStarted();
        List<Matrix> d = new ArrayList<>();
        for (int mb = 0; mb < batches.size(); mb++) {
            d.add(d(mb, batches.get(mb)));
        }
        HeadLoss.Backward wanted = new HeadLoss.Backward(part.lossScale(), d, gradients);
        double[] sums = headLoss.of(headBatches(batches, null), wanted);
        listener.headFinished();
        backward(batches, compute, gradients, part, listener);
        return sums;
    }

    /// Sum of the losses of the labelled tokens, without gradients or dropout.
    ///
    /// @param tokenLosses one array for each micro-batch, of its number of labelled tokens, to be filled; or null
    public double lossSum(List<TokenBatch> batches, Adapters adapters, @Nullable List<float[]> tokenLosses) {
        return sum(lossSums(batches, adapters, tokenLosses));
    }

    /// {@link #lossSum} of each micro-batch.
    public double[] lossSums(List<TokenBatch> batches, Adapters adapters, @Nullable List<float[]> tokenLosses) {
        weights.layers().begin(LayerSource.Sweep.FORWARD);
        forward(batches, casts.refresh(backend, adapters), mb -> DropoutSeed.OFF);
        return headLoss.of(headBatches(batches, tokenLosses), null);
    }

    private List<HeadBatch> headBatches(List<TokenBatch> batches, @Nullable List<float[]> tokenLosses) {
        List<HeadBatch> atHead = new ArrayList<>();
        for (int mb = 0; mb < batches.size(); mb++) {
            TokenBatch batch = batches.get(mb);
            Matrix last = boundary(spec.layers(), mb, batch);
            atHead.add(new HeadBatch(batch, () -> last, tokenLosses == null ? null : tokenLosses.get(mb)));
        }
        return atHead;
    }

    /// Sums in the order of the micro-batches, whoever computed them.
    private static double sum(double[] sums) {
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        return total;
    }

    /// Runs the blocks without loss, for what reads {@link #boundary} and {@link #logits}.
    public void forward(List<TokenBatch> batches, Adapters adapters) {
        weights.layers().begin(LayerSource.Sweep.FORWARD);
        forward(batches, casts.refresh(backend, adapters), mb -> DropoutSeed.OFF);
    }

    /// Input of block `layer` (its number of layers: the last output) after a forward, f32 `(tokens, hidden)`.
    public Matrix boundary(int layer, int microBatch, TokenBatch batch) {
        return boundaries[layer][microBatch].rows(0, batch.tokens());
    }

    /// Input of the head for all tokens after a forward.
    ///
    /// @param out `(tokens, embeddingDim)`
    public void headInput(int microBatch, TokenBatch batch, Matrix out) {
        slices(batch, (from, count) -> {
            Matrix x = boundary(spec.layers(), microBatch, batch).rows(from, count);
            backend.elements().copy(headInput.forward(x), out.rows(from, count));
        });
    }

    /// Logits of all tokens after a forward; for inspection, as training never holds them all.
    ///
    /// @param out f32 `(tokens, vocabulary)`
    public void logits(int microBatch, TokenBatch batch, Matrix out) {
        slices(batch, (from, count) -> {
            Matrix x = boundary(spec.layers(), microBatch, batch).rows(from, count);
            head.logits(x, out.rows(from, count));
        });
    }

    /// Bytes of native memory held.
    public long bytes() {
        return arena.allocatedBytes();
    }

    /// Native allocations made so far; constant after construction.
    public long allocations() {
        return arena.allocations();
    }

    @Override
    public void close() {
        arena.close();
    }

    private void forward(List<TokenBatch> batches, Adapters adapters, IntFunction<DropoutSeed> seeds) {
        checkPlanned(batches);
        for (int mb = 0; mb < batches.size(); mb++) {
            embedding.forward(batches.get(mb), boundary(0, mb, batches.get(mb)));
        }
        for (int l = 0; l < spec.layers(); l++) {
            LayerWeights block = weights.layers().acquire(l);
            for (int mb = 0; mb < batches.size(); mb++) {
                TokenBatch batch = batches.get(mb);
                LayerPass.Inputs in = inputs(block, adapters, batch, seeds.apply(mb));
                layer.forward(in, boundary(l, mb, batch), kept(l, mb, batch), boundary(l + 1, mb, batch));
            }
            weights.layers().release(block);
        }
    }

    private void backward(
            List<TokenBatch> batches,
            Adapters adapters,
            Gradients gradients,
            StepPart part,
            BackwardListener listener) {
        boolean reachEmbedding = gradients.reachEmbedding();
        for (int l = spec.layers() - 1; l >= 0; l--) {
            LayerWeights block = weights.layers().acquire(l);
            listener.blockStarted(l);
            LayerPass.Below below = l > 0 || reachEmbedding ? LayerPass.Below.TRAINED : LayerPass.Below.FROZEN;
            for (int mb = 0; mb < batches.size(); mb++) {
                TokenBatch batch = batches.get(mb);
                LayerPass.Inputs in = inputs(block, adapters, batch, part.dropout(mb));
                Matrix x = boundary(l, mb, batch);
                LayerActivations kept = kept(l, mb, batch);
                if (plan.retention() == Retention.BOUNDARY) {
                    layer.forward(in, x, kept, boundary(l + 1, mb, batch));
                }
                layer.backward(in, x, kept, d(mb, batch), gradients, below);
            }
            weights.layers().release(block);
            listener.blockFinished(l);
        }
        if (reachEmbedding) {
            listener.embeddingStarted();
            for (int mb = 0; mb < batches.size(); mb++) {
                TokenBatch batch = batches.get(mb);
                embedding.backward(batch, boundary(0, mb, batch), d(mb, batch), gradients);
            }
            listener.embeddingFinished();
        }
    }

    private LayerPass.Inputs inputs(LayerWeights block, Adapters adapters, TokenBatch batch, DropoutSeed seed) {
        AttentionKeys keys = new AttentionKeys.Batch(batch.segments());
        return new LayerPass.Inputs(block, adapters, batch.positions(), keys, seed, scratch.tokens(batch.tokens()));
    }

    private LayerActivations kept(int layer, int microBatch, TokenBatch batch) {
        return activations[layer][microBatch].tokens(batch.tokens());
    }

    private Matrix d(int microBatch, TokenBatch batch) {
        return gradient[microBatch].rows(0, batch.tokens());
    }

    private void checkPlanned(List<TokenBatch> batches) {
        if (batches.size() > plan.microBatches()) {
            throw new IllegalArgumentException(
                    batches.size() + " micro-batches exceed the planned " + plan.microBatches());
        }
    }

    private void slices(TokenBatch batch, SliceAction action) {
        for (int from = 0; from < batch.tokens(); from += headInput.mostRows()) {
            action.accept(from, Math.min(headInput.mostRows(), batch.tokens() - from));
        }
    }

    private interface SliceAction {
        void accept(int from, int count);
    }
}
