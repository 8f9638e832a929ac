package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// {@link HeadOrder#BLOCKS_OUTSIDE}: logits live for one block and one slice; what is kept of all labelled tokens is
/// what the head multiplies, and their softmax.
final class SweptHeadLoss implements HeadLoss {
    private final Backend backend;
    private final DecoderSpec spec;
    private final HeadSource head;
    private final HeadInput input;
    private final HeadBlockPass pass;
    private final Matrix rows; // f32 (slice, hidden)
    private final MemorySegment logits; // of the largest block
    private final Matrix[] inputs; // [microBatch], compute (labelled, embeddingDim)
    private final Matrix[] states; // [microBatch], f64 (labelled, state)
    private final Matrix[] dInputs; // [microBatch], f32 (labelled, embeddingDim); only where something is projected

    SweptHeadLoss(
            Backend backend,
            ModelWeights weights,
            TrainingPass.Plan plan,
            HeadInput input,
            HeadBlockPass pass,
            TensorArena arena) {
        this.backend = backend;
        this.spec = weights.spec();
        this.head = weights.head();
        this.input = input;
        this.pass = pass;
        this.rows = arena.matrix(DType.F32, input.mostRows(), spec.hidden());
        this.logits = arena.allocateBytes(pass.logitBytes(0, input.mostRows()));
        this.inputs = new Matrix[plan.microBatches()];
        this.states = new Matrix[plan.microBatches()];
        this.dInputs = new Matrix[plan.microBatches()];
        int projected = spec.projects() ? plan.maxTokens() : 0;
        for (int mb = 0; mb < plan.microBatches(); mb++) {
            inputs[mb] = arena.matrix(weights.computeType().dtype(), plan.maxTokens(), spec.embeddingDim());
            states[mb] = arena.matrix(DType.F64, plan.maxTokens(), LossKernels.STATE_COLUMNS);
            dInputs[mb] = arena.matrix(DType.F32, projected, spec.embeddingDim());
        }
    }

    @Override
    public double[] of(List<HeadBatch> batches, @Nullable Backward backward) {
        for (int mb = 0; mb < batches.size(); mb++) {
            keepInputs(mb, batches.get(mb));
        }
        head.begin(backward == null ? Sweep.FORWARD : Sweep.FORWARD_BACKWARD);
        int blocks = head.blocks().count();
        for (int block = 0; block < blocks; block++) {
            forward(block, batches);
        }
        double[] sums = new double[batches.size()];
        for (int mb = 0; mb < batches.size(); mb++) {
            for (HeadBatch.Slice slice : slices(batches.get(mb))) {
                sums[mb] += pass.loss(
                        slice, part(states[mb], slice), batches.get(mb).tokenLosses());
            }
        }
        if (backward != null) {
            for (int block = blocks - 1; block >= 0; block--) {
                backward(block, batches, backward);
            }
            for (int mb = 0; mb < batches.size(); mb++) {
                inputBackward(mb, batches.get(mb), backward);
            }
        }
        return sums;
    }

    private void keepInputs(int mb, HeadBatch batch) {
        Matrix x = batch.rows().x();
        for (HeadBatch.Slice slice : slices(batch)) {
            backend.elements().copy(input.forward(gathered(x, slice)), part(inputs[mb], slice));
        }
        batch.rows().visited();
    }

    private void forward(int block, List<HeadBatch> batches) {
        Matrix weights = head.acquire(block);
        for (int mb = 0; mb < batches.size(); mb++) {
            for (HeadBatch.Slice slice : slices(batches.get(mb))) {
                Matrix scores = pass.logits(block, slice.count(), logits);
                pass.forward(weights, part(inputs[mb], slice), scores);
                pass.softmax(block, slice, scores, part(states[mb], slice));
            }
        }
        head.release(block);
    }

    private void backward(int block, List<HeadBatch> batches, Backward backward) {
        Matrix weights = head.acquire(block);
        for (int mb = 0; mb < batches.size(); mb++) {
            Matrix dInput =
                    spec.projects() ? dInputs[mb] : batches.get(mb).rows().d();
            for (HeadBatch.Slice slice : slices(batches.get(mb))) {
                Matrix scores = pass.logits(block, slice.count(), logits);
                Matrix headIn = part(inputs[mb], slice);
                pass.forward(weights, headIn, scores);
                Matrix state = part(states[mb], slice);
                pass.backward(block, slice, weights, headIn, scores, state, part(dInput, slice), backward);
            }
            if (!spec.projects()) {
                batches.get(mb).rows().visited();
            }
        }
        head.release(block);
    }

    /// From the gradient of what the head multiplies to that of x: the labelled tokens one after the other, both in the
    /// memory of the latter where nothing is projected, then each in its place.
    private void inputBackward(int mb, HeadBatch batch, Backward backward) {
        Matrix x = batch.rows().x();
        Matrix d = batch.rows().d();
        Matrix dInput = spec.projects() ? dInputs[mb] : d;
        for (HeadBatch.Slice slice : slices(batch)) {
            Matrix sliceRows = gathered(x, slice);
            input.normalise(sliceRows);
            input.backward(sliceRows, part(dInput, slice), part(d, slice), backward.gradients());
        }
        spread(batch, d);
        batch.rows().visited();
    }

    /// Moves each labelled token's row to its place and zeroes the others; the last slice first, as no row moves up.
    private void spread(HeadBatch batch, Matrix d) {
        int labelled = batch.batch().labelled();
        backend.elements().fill(d.rows(labelled, d.rows() - labelled), 0);
        for (HeadBatch.Slice slice : slices(batch).reversed()) {
            Matrix moved = rows.rows(0, slice.count());
            Matrix before = part(d, slice);
            backend.elements().copy(before, moved);
            backend.elements().fill(before, 0);
            backend.embeddings().scatterAdd(slice.tokens(), 0, moved, d);
        }
    }

    private Matrix gathered(Matrix x, HeadBatch.Slice slice) {
        Matrix gathered = rows.rows(0, slice.count());
        backend.embeddings().gather(slice.tokens(), 0, x, gathered, Accumulate.OVERWRITE);
        return gathered;
    }

    private List<HeadBatch.Slice> slices(HeadBatch batch) {
        return batch.slices(input.mostRows());
    }

    private static Matrix part(Matrix all, HeadBatch.Slice slice) {
        return all.rows(slice.from(), slice.count());
    }
}
