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

/// {@link HeadOrder#SLICES_OUTSIDE}: a slice's logits are kept between its forward and its backward.
final class SlicedHeadLoss implements HeadLoss {
    private final Backend backend;
    private final HeadSource head;
    private final HeadInput input;
    private final HeadBlockPass pass;
    private final Matrix rows; // f32 (slice, hidden): rows of the residual stream that have a label
    private final Matrix state; // f64 (slice, state)
    private final MemorySegment[] logits; // of each block
    private final Matrix dRows; // f32 (slice, hidden)
    private final Matrix dInput; // f32 (slice, embeddingDim); `dRows` where nothing is projected

    SlicedHeadLoss(Backend backend, ModelWeights weights, HeadInput input, HeadBlockPass pass, TensorArena arena) {
        this.backend = backend;
        this.head = weights.head();
        this.input = input;
        this.pass = pass;
        DecoderSpec spec = weights.spec();
        int sliceRows = input.mostRows();
        this.rows = arena.matrix(DType.F32, sliceRows, spec.hidden());
        this.state = arena.matrix(DType.F64, sliceRows, LossKernels.STATE_COLUMNS);
        this.logits = new MemorySegment[head.blocks().count()];
        for (int block = 0; block < logits.length; block++) {
            logits[block] = arena.allocateBytes(pass.logitBytes(block, sliceRows));
        }
        this.dRows = arena.matrix(DType.F32, sliceRows, spec.hidden());
        this.dInput = spec.projects() ? arena.matrix(DType.F32, sliceRows, spec.embeddingDim()) : dRows;
    }

    @Override
    public double[] of(List<HeadBatch> batches, @Nullable Backward backward) {
        double[] sums = new double[batches.size()];
        for (int mb = 0; mb < batches.size(); mb++) {
            HeadBatch batch = batches.get(mb);
            Matrix x = batch.rows().x();
            Matrix d = backward == null ? null : batch.rows().d();
            if (d != null) {
                backend.elements().fill(d, 0);
            }
            for (HeadBatch.Slice slice : batch.slices(input.mostRows())) {
                Matrix sliceRows = rows.rows(0, slice.count());
                backend.embeddings().gather(slice.tokens(), 0, x, sliceRows, Accumulate.OVERWRITE);
                Matrix headIn = input.forward(sliceRows);
                sums[mb] += forward(batch, slice, headIn, backward == null ? Sweep.FORWARD : Sweep.FORWARD_BACKWARD);
                if (backward != null && d != null) {
                    backward(slice, headIn, backward);
                    Matrix dx = dRows.rows(0, slice.count());
                    input.backward(sliceRows, dInput.rows(0, slice.count()), dx, backward.gradients());
                    backend.embeddings().scatterAdd(slice.tokens(), 0, dx, d);
                }
            }
            batch.rows().visited();
        }
        return sums;
    }

    /// Without a backward to come, all blocks share the memory of the first.
    private double forward(HeadBatch batch, HeadBatch.Slice slice, Matrix headIn, Sweep sweep) {
        Matrix softmax = state.rows(0, slice.count());
        head.begin(sweep);
        for (int block = 0; block < logits.length; block++) {
            Matrix scores = pass.logits(block, slice.count(), logits[sweep == Sweep.FORWARD ? 0 : block]);
            pass.forward(head.acquire(block), headIn, scores);
            head.release(block);
            pass.softmax(block, slice, scores, softmax);
        }
        return pass.loss(slice, softmax, batch.tokenLosses());
    }

    private void backward(HeadBatch.Slice slice, Matrix headIn, Backward backward) {
        for (int block = logits.length - 1; block >= 0; block--) {
            Matrix scores = pass.logits(block, slice.count(), logits[block]);
            Matrix weights = head.acquire(block);
            pass.backward(
                    block,
                    slice,
                    weights,
                    headIn,
                    scores,
                    state.rows(0, slice.count()),
                    dInput.rows(0, slice.count()),
                    backward);
            head.release(block);
        }
    }
}
