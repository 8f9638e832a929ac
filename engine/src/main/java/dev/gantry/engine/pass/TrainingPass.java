package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.BlockVisits.Visit;
import dev.gantry.engine.pass.BoundarySweep.Course;
import dev.gantry.engine.pass.BoundarySweep.Use;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
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
    private final PassArenas arenas;
    private final EmbeddingPass embedding;
    private final BlockVisits blocks;
    private final HeadInput headInput;
    private final HeadPass head;
    private final HeadLoss headLoss;
    private final AdapterCasts casts;
    private final BoundaryStore stream; // f32 (tokens, hidden): the residual stream between blocks, and its gradient

    /// What a pass is built for.
    ///
    /// @param maxTokens tokens of the largest micro-batch
    /// @param microBatches micro-batches of an optimizer step
    /// @param adapters adapters that will be applied; later calls may pass others of the same sites and ranks
    /// @param trained parameters that gradients will be asked for, beside those of the adapters
    /// @param headOrder how the head's loss is worked through
    /// @param boundaries where the residual stream lies between blocks
    public record Plan(
            int maxTokens,
            int microBatches,
            Retention retention,
            Adapters adapters,
            Set<ParameterId> trained,
            HeadOrder headOrder,
            BoundaryPlacement boundaries) {
        public Plan {
            trained = Set.copyOf(trained);
        }

        /// With head and residual stream on the device.
        public Plan(int maxTokens, int microBatches, Retention retention, Adapters adapters, Set<ParameterId> trained) {
            this(
                    maxTokens,
                    microBatches,
                    retention,
                    adapters,
                    trained,
                    HeadOrder.SLICES_OUTSIDE,
                    BoundaryPlacement.ON_DEVICE);
        }

        /// The same with a head that is worked through in another order.
        public Plan withHead(HeadOrder order) {
            return new Plan(maxTokens, microBatches, retention, adapters, trained, order, boundaries);
        }

        /// The same with the residual stream elsewhere.
        public Plan withBoundaries(BoundaryPlacement placement) {
            return new Plan(maxTokens, microBatches, retention, adapters, trained, headOrder, placement);
        }
    }

    public TrainingPass(Backend backend, ModelWeights weights, Plan plan) {
        this(backend, weights, plan, backend.unlimited());
    }

    /// @param device where all memory comes from
    /// @throws OverBudgetException when it is too small
    public TrainingPass(Backend backend, ModelWeights weights, Plan plan, MemoryAccount device) {
        this(backend, weights, plan, PassArenas.planned(device, measureByUse(backend, weights.shapeOnly(), plan)));
    }

    /// Bytes a pass would hold on the device, found by planning it without memory.
    public static long measure(Backend backend, DecoderSpec spec, ComputeType compute, Plan plan) {
        return PassArenas.sum(measureByUse(backend, spec, compute, plan));
    }

    /// The same, by what they are for.
    public static SortedMap<String, Long> measureByUse(
            Backend backend, DecoderSpec spec, ComputeType compute, Plan plan) {
        return measureByUse(backend, ModelWeights.shapeOnly(spec, compute), plan);
    }

    private static SortedMap<String, Long> measureByUse(Backend backend, ModelWeights shapes, Plan plan) {
        try (TrainingPass pass = new TrainingPass(backend, shapes, plan, PassArenas.measuring(backend.memory()))) {
            return pass.arenas.bytes();
        }
    }

    private TrainingPass(Backend backend, ModelWeights weights, Plan plan, PassArenas arenas) {
        this.arenas = arenas;
        this.backend = backend;
        this.weights = weights;
        this.spec = weights.spec();
        this.plan = plan;
        this.stream = openStream();
        TensorArena arena = arenas.activations();
        this.embedding = new EmbeddingPass(backend, weights, plan.maxTokens(), arena);
        this.blocks = new BlockVisits(backend, weights, plan, BlockSpan.all(spec.layers()), arena);
        int sliceRows = HeadBlockPass.sliceRows(spec.vocabularySize());
        this.headInput = new HeadInput(backend, weights, arenas.head(), sliceRows);
        this.head = new HeadPass(backend, weights.head(), headInput);
        this.headLoss = HeadLoss.planned(backend, weights, plan, headInput, arenas.head());
        this.casts = new AdapterCasts(weights.computeType(), plan.adapters(), arena);
    }

    /// Comes first, because it may fail: what else is taken was asked for before.
    private BoundaryStore openStream() {
        boolean open = false;
        try {
            var extent =
                    new BoundaryPlacement.Extent(spec.layers(), plan.microBatches(), plan.maxTokens(), spec.hidden());
            BoundaryStore store = plan.boundaries().open(backend, extent, arenas.boundaries());
            open = true;
            return store;
        } finally {
            if (!open) {
                arenas.close();
            }
        }
    }

    /// Mean loss of the labelled tokens of all micro-batches, and its gradient added to `gradients`.
    ///
    /// @param seed of this optimizer step, for dropout
    /// @return mean cross-entropy in nats, 0 when no token has a label
    public double lossAndGradients(List<TokenBatch> batches, Adapters adapters, Gradients gradients, long seed) {
        return lossAndGradients(batches, adapters, gradients, StepPart.all(batches, seed));
    }

    /// The same with gradients scaled.
    ///
    /// @param all the whole step
    public double lossAndGradients(List<TokenBatch> batches, Adapters adapters, Gradients gradients, StepPart all) {
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
        List<List<Use>> headRounds =
                plan.headOrder().rounds(spec, weights.head().blocks());
        begin(batches, new Course.Training(plan.retention(), headRounds, gradients.reachEmbedding()));
        Adapters compute = casts.refresh(backend, adapters);
        forward(batches, compute, part::dropout);
        listener.headStarted();
        HeadLoss.Backward wanted = new HeadLoss.Backward(part.tokenScale(), gradients);
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
        begin(batches, new Course.Forward());
        forward(batches, casts.refresh(backend, adapters), mb -> DropoutSeed.OFF);
        return headLoss.of(headBatches(batches, tokenLosses), null);
    }

    private List<HeadBatch> headBatches(List<TokenBatch> batches, @Nullable List<float[]> tokenLosses) {
        List<HeadBatch> atHead = new ArrayList<>();
        for (int mb = 0; mb < batches.size(); mb++) {
            HeadBatch.Rows rows = new HeadBatch.Rows(stream, spec.layers(), mb);
            atHead.add(new HeadBatch(batches.get(mb), rows, tokenLosses == null ? null : tokenLosses.get(mb)));
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
        begin(batches, new Course.Kept());
        forward(batches, casts.refresh(backend, adapters), mb -> DropoutSeed.OFF);
    }

    /// Input of block `layer` (the number of layers: the last output) after a {@link #forward(List, Adapters)}, f32
    /// `(tokens, hidden)`, valid until the next call.
    public Matrix boundary(int layer, int microBatch) {
        return stream.look(layer, microBatch);
    }

    /// Input of the head for all tokens after a forward.
    ///
    /// @param out `(tokens, embeddingDim)`
    public void headInput(int microBatch, TokenBatch batch, Matrix out) {
        Matrix last = boundary(spec.layers(), microBatch);
        slices(
                batch,
                (from, count) ->
                        backend.elements().copy(headInput.forward(last.rows(from, count)), out.rows(from, count)));
    }

    /// Logits of all tokens after a forward; for inspection, as training never holds them all.
    ///
    /// @param out f32 `(tokens, vocabulary)`
    public void logits(int microBatch, TokenBatch batch, Matrix out) {
        Matrix last = boundary(spec.layers(), microBatch);
        slices(batch, (from, count) -> head.logits(last.rows(from, count), out.rows(from, count)));
    }

    /// Bytes of native memory held on the device.
    public long bytes() {
        return PassArenas.sum(arenas.bytes());
    }

    /// Native allocations made so far; constant after construction.
    public long allocations() {
        return arenas.allocations();
    }

    @Override
    public void close() {
        stream.close();
        arenas.close();
    }

    private void begin(List<TokenBatch> batches, Course course) {
        if (batches.size() > plan.microBatches()) {
            throw new IllegalArgumentException(
                    batches.size() + " micro-batches exceed the planned " + plan.microBatches());
        }
        weights.layers().begin(course.sweep());
        List<Integer> tokens = batches.stream().map(TokenBatch::tokens).toList();
        stream.begin(new BoundarySweep(course, spec.layers(), tokens));
    }

    private void forward(List<TokenBatch> batches, Adapters adapters, IntFunction<DropoutSeed> seeds) {
        for (int mb = 0; mb < batches.size(); mb++) {
            embedding.forward(batches.get(mb), stream.write(0, mb));
            stream.visited();
        }
        for (int l = 0; l < spec.layers(); l++) {
            LayerWeights block = weights.layers().acquire(l);
            for (int mb = 0; mb < batches.size(); mb++) {
                Visit visit = new Visit(block, mb, batches.get(mb), adapters, seeds.apply(mb));
                blocks.forward(visit, stream.read(l, mb), stream.write(l + 1, mb));
                stream.visited();
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
                Visit visit = new Visit(block, mb, batches.get(mb), adapters, part.dropout(mb));
                Matrix x = stream.read(l, mb);
                if (plan.retention() == Retention.BOUNDARY) {
                    blocks.forward(visit, x, stream.discard(l + 1, mb));
                }
                blocks.backward(visit, x, stream.gradient(mb), gradients, below);
                stream.visited();
            }
            weights.layers().release(block);
            listener.blockFinished(l);
        }
        if (reachEmbedding) {
            listener.embeddingStarted();
            for (int mb = 0; mb < batches.size(); mb++) {
                embedding.backward(batches.get(mb), stream.discard(0, mb), stream.gradient(mb), gradients);
                stream.visited();
            }
            listener.embeddingFinished();
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
