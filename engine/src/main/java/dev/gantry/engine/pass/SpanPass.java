package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.BlockVisits.Visit;
import dev.gantry.engine.pass.BoundarySweep.Course;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// What one of several devices computes of an optimizer step whose blocks are dealt to them: a span of blocks, over all
/// micro-batches, between two neighbours.
///
/// Its blocks lie on the device, so micro-batches are outside and blocks inside: the next device begins with a
/// micro-batch while this one computes the next (Huang et al. 2019, GPipe). Each block computes what it computes in a
/// {@link TrainingPass}, and adds up the gradients of the micro-batches in the same order, so that the bits are the
/// same.
///
/// All memory is allocated at construction.
public final class SpanPass implements AutoCloseable {
    private final ModelWeights weights;
    private final BlockSpan span;
    private final TrainingPass.Plan plan;
    private final Neighbours neighbours;
    private final PassArenas arenas;
    private final Backend backend;
    private final DeviceBoundaries stream; // f32 (tokens, hidden) at the edges of the span's blocks
    private final @Nullable EmbeddingPass embedding;
    private final BlockVisits blocks;
    private final @Nullable HeadLoss headLoss;
    private final AdapterCasts casts;

    /// @param weights of the span; nothing else of the model is asked for
    /// @param plan adapters and trained parameters are those of the span alone
    /// @param device where all memory comes from
    /// @throws OverBudgetException when it is too small
    public SpanPass(
            Backend backend,
            ModelWeights weights,
            BlockSpan span,
            TrainingPass.Plan plan,
            Neighbours neighbours,
            MemoryAccount device) {
        this(
                backend,
                weights,
                span,
                plan,
                neighbours,
                PassArenas.planned(device, measureByUse(backend, weights.spec(), weights.computeType(), span, plan)));
    }

    /// Bytes a pass would hold on the device, by what they are for.
    public static SortedMap<String, Long> measureByUse(
            Backend backend, DecoderSpec spec, ComputeType compute, BlockSpan span, TrainingPass.Plan plan) {
        ModelWeights shapes = ModelWeights.shapeOnly(spec, compute);
        PassArenas arenas = PassArenas.measuring(backend.memory());
        try (SpanPass pass = new SpanPass(backend, shapes, span, plan, new NoNeighbours(), arenas)) {
            return pass.arenas.bytes();
        }
    }

    private SpanPass(
            Backend backend,
            ModelWeights weights,
            BlockSpan span,
            TrainingPass.Plan plan,
            Neighbours neighbours,
            PassArenas arenas) {
        this.backend = backend;
        this.weights = weights;
        this.span = span;
        this.plan = plan;
        this.neighbours = neighbours;
        this.arenas = arenas;
        DecoderSpec spec = weights.spec();
        this.stream = new DeviceBoundaries(
                new BoundaryPlacement.Extent(span.count(), plan.microBatches(), plan.maxTokens(), spec.hidden()),
                arenas.boundaries());
        this.embedding = span.hasEmbedding()
                ? new EmbeddingPass(backend, weights, plan.maxTokens(), arenas.activations())
                : null;
        this.blocks = new BlockVisits(backend, weights, plan, span, arenas.activations());
        this.headLoss = span.hasHead() ? headLoss(backend, weights, plan, arenas) : null;
        this.casts = new AdapterCasts(weights.computeType(), plan.adapters(), arenas.activations());
    }

    private static HeadLoss headLoss(Backend backend, ModelWeights weights, TrainingPass.Plan plan, PassArenas arenas) {
        int sliceRows = HeadBlockPass.sliceRows(weights.spec().vocabularySize());
        HeadInput input = new HeadInput(backend, weights, arenas.head(), sliceRows);
        return HeadLoss.planned(backend, weights, plan, input, arenas.head());
    }

    /// Adds to the gradients of the span what all micro-batches of a step contribute to that of its mean loss.
    ///
    /// @return for each micro-batch the sum of the losses of its labelled tokens; empty without the head
    public double[] lossesAndGradients(
            List<TokenBatch> batches, Adapters adapters, Gradients gradients, StepPart part) {
        begin(batches);
        Adapters compute = casts.refresh(backend, adapters);
        forward(batches, compute, part::dropout);
        double[] sums = losses(batches, new HeadLoss.Backward(part.tokenScale(), gradients));
        neighbours.headFinished();
        for (int mb = 0; mb < batches.size(); mb++) {
            backward(mb, batches.get(mb), compute, gradients, part.dropout(mb));
        }
        neighbours.finish();
        return sums;
    }

    /// Sums of the losses of the labelled tokens of each micro-batch, without gradients or dropout; empty without the
    /// head.
    public double[] lossSums(List<TokenBatch> batches, Adapters adapters) {
        begin(batches);
        forward(batches, casts.refresh(backend, adapters), _ -> DropoutSeed.OFF);
        double[] sums = losses(batches, null);
        neighbours.finish();
        return sums;
    }

    private void begin(List<TokenBatch> batches) {
        if (batches.size() > plan.microBatches()) {
            throw new IllegalArgumentException(
                    batches.size() + " micro-batches exceed the planned " + plan.microBatches());
        }
        List<Integer> tokens = batches.stream().map(TokenBatch::tokens).toList();
        stream.begin(new BoundarySweep(new Course.Kept(), span.count(), tokens));
    }

    private void forward(List<TokenBatch> batches, Adapters adapters, IntFunction<DropoutSeed> seeds) {
        for (int mb = 0; mb < batches.size(); mb++) {
            TokenBatch batch = batches.get(mb);
            if (embedding != null) {
                embedding.forward(batch, stream.write(0, mb));
            } else {
                neighbours.takeStream(stream.write(0, mb));
            }
            for (int l = 0; l < span.count(); l++) {
                LayerWeights block = weights.layers().acquire(span.first() + l);
                Visit visit = new Visit(block, mb, batch, adapters, seeds.apply(mb));
                blocks.forward(visit, stream.read(l, mb), stream.write(l + 1, mb));
                weights.layers().release(block);
            }
            if (headLoss == null) {
                neighbours.giveStream(stream.read(span.count(), mb));
            }
        }
    }

    private double[] losses(List<TokenBatch> batches, HeadLoss.@Nullable Backward backward) {
        if (headLoss == null) {
            return new double[0];
        }
        List<HeadBatch> atHead = new ArrayList<>();
        for (int mb = 0; mb < batches.size(); mb++) {
            atHead.add(new HeadBatch(batches.get(mb), new HeadBatch.Rows(stream, span.count(), mb), null));
        }
        return headLoss.of(atHead, backward);
    }

    private void backward(int mb, TokenBatch batch, Adapters adapters, Gradients gradients, DropoutSeed seed) {
        Matrix d = stream.gradient(mb);
        if (headLoss == null) {
            neighbours.takeGradient(d);
        }
        boolean reachesFront = embedding == null || gradients.reachEmbedding();
        for (int l = span.count() - 1; l >= 0; l--) {
            LayerWeights block = weights.layers().acquire(span.first() + l);
            Visit visit = new Visit(block, mb, batch, adapters, seed);
            Matrix x = stream.read(l, mb);
            if (plan.retention() == Retention.BOUNDARY) {
                blocks.forward(visit, x, stream.discard(l + 1, mb));
            }
            LayerPass.Below below = l > 0 || reachesFront ? LayerPass.Below.TRAINED : LayerPass.Below.FROZEN;
            blocks.backward(visit, x, d, gradients, below);
            weights.layers().release(block);
        }
        if (embedding == null) {
            neighbours.giveGradient(d);
        } else if (gradients.reachEmbedding()) {
            embedding.backward(batch, stream.discard(0, mb), d, gradients);
        }
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

    /// Those of a pass that is only measured.
    private record NoNeighbours() implements Neighbours {
        @Override
        public void takeStream(Matrix into) {
            throw alone();
        }

        @Override
        public void giveStream(Matrix output) {
            throw alone();
        }

        @Override
        public void headFinished() {
            throw alone();
        }

        @Override
        public void takeGradient(Matrix into) {
            throw alone();
        }

        @Override
        public void giveGradient(Matrix gradient) {
            throw alone();
        }

        @Override
        public void finish() {
            throw alone();
        }

        private static IllegalStateException alone() {
            return new IllegalStateException("a measured pass has no neighbours");
        }
    }
}
