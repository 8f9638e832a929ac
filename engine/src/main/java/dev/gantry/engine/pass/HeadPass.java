package dev.gantry.engine.pass;

import static dev.gantry.engine.decoder.Module.FINAL_NORM;
import static dev.gantry.engine.decoder.Module.HEAD;
import static dev.gantry.engine.decoder.Module.PROJECT_OUT;
import static dev.gantry.engine.decoder.ParameterId.NO_LAYER;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.DecoderSpec.FinalNorm;
import dev.gantry.engine.decoder.DecoderSpec.Head;
import dev.gantry.engine.decoder.DecoderSpec.LinearLayout;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// From the last block's output to logits and loss, and back, in slices of rows: full logits never exist, and tokens
/// without a label are not looked at.
final class HeadPass {
    /// Bytes of one slice of f32 logits; small enough to matter little, large enough to keep products efficient.
    private static final long SLICE_BYTES = 32L << 20;

    private static final int MAX_SLICE_ROWS = 256;

    private final Backend backend;
    private final ModelWeights weights;
    private final DecoderSpec spec;
    private final LinearPass linear;
    private final NormPass norm;
    private final int sliceRows;
    private final Matrix rows; // f32 (slice, hidden): rows of the residual stream that have a label
    private final Matrix stats; // f32 (slice, 2)
    private final Matrix normed; // compute (slice, hidden)
    private final Matrix projected; // compute (slice, embeddingDim); `normed` where nothing is projected
    private final Matrix logits; // f32 (slice, vocabulary)
    private final Matrix rowLoss; // f32 (1, slice)
    private final Matrix dLogits; // compute (slice, vocabulary), in the memory of `logits`
    private final Matrix dRows; // f32 (slice, hidden)
    private final Matrix dProjected; // compute (slice, embeddingDim)

    HeadPass(Backend backend, ModelWeights weights, TensorArena arena, Purpose purpose) {
        this.backend = backend;
        this.weights = weights;
        this.spec = weights.spec();
        this.linear = new LinearPass(backend, LinearLayout.OUT_IN);
        this.norm = new NormPass(backend.norms(), spec.norm());
        this.sliceRows = sliceRows(spec.vocabularySize());
        DType type = weights.computeType().dtype();
        this.rows = arena.matrix(DType.F32, sliceRows, spec.hidden());
        this.stats = arena.matrix(DType.F32, sliceRows, 2);
        this.normed = arena.matrix(type, sliceRows, spec.hidden());
        this.projected = spec.projects() ? arena.matrix(type, sliceRows, spec.embeddingDim()) : normed;
        boolean trains = purpose == Purpose.TRAINING;
        this.logits = arena.matrix(DType.F32, trains ? sliceRows : 0, spec.vocabularySize());
        this.rowLoss = arena.matrix(DType.F32, 1, sliceRows);
        boolean separate = trains && type != DType.F32;
        this.dLogits = separate ? narrowedInPlace(logits, type) : logits;
        this.dRows = arena.matrix(DType.F32, trains ? sliceRows : 0, spec.hidden());
        this.dProjected = arena.matrix(type, trains && spec.projects() ? sliceRows : 0, spec.embeddingDim());
    }

    /// Rows of a narrower type, each at the start of the f32 row that it replaces.
    private static Matrix narrowedInPlace(Matrix wide, DType type) {
        long stride = wide.rowStride() * wide.dtype().bytes() / type.bytes();
        return new Matrix(type, wide.data(), wide.rows(), wide.columns(), stride);
    }

    /// What the head's memory is for.
    enum Purpose {
        TRAINING,
        INFERENCE
    }

    private static int sliceRows(int vocabulary) {
        long fitting = SLICE_BYTES / (vocabulary * 4L) / 16 * 16;
        return Math.clamp(fitting, 16, MAX_SLICE_ROWS);
    }

    int sliceRows() {
        return sliceRows;
    }

    /// Logits of up to {@link #sliceRows()} rows of the residual stream.
    ///
    /// @param x f32 `(n, hidden)`
    /// @param out f32 `(n, vocabulary)`
    void logits(Matrix x, Matrix out) {
        Matrix headIn = headInput(x);
        linear.forward(weights.linear(HEAD), headIn, out, Accumulate.OVERWRITE);
    }

    /// What the head multiplies: the rows after final norm and output projection, compute `(n, embeddingDim)`.
    Matrix headInput(Matrix x) {
        Matrix y = normed.rows(0, x.rows());
        if (spec.finalNorm() == FinalNorm.PRESENT) {
            norm.forward(weights.norm(FINAL_NORM), x, y, stats.rows(0, x.rows()));
        } else {
            backend.elements().copy(x, y);
        }
        if (!spec.projects()) {
            return y;
        }
        Matrix out = projected.rows(0, x.rows());
        linear.forward(weights.linear(PROJECT_OUT), y, out, Accumulate.OVERWRITE);
        return out;
    }

    /// Adds up the cross-entropy of the labelled tokens.
    ///
    /// @param x f32 `(tokens, hidden)`: output of the last block
    /// @param scale factor on the gradient, 1 / labelled tokens of the whole step
    /// @param d f32 `(tokens, hidden)`: receives the gradient of x; null when only the loss is wanted
    /// @param gradients what is trained in the head; used only with d
    /// @param tokenLoss receives the loss of each labelled token in order, or null
    /// @return sum of the losses of the labelled tokens
    double loss(
            TokenBatch batch,
            Matrix x,
            float scale,
            @Nullable Matrix d,
            Gradients gradients,
            float @Nullable [] tokenLoss) {
        if (d != null) {
            backend.elements().fill(d, 0);
        }
        double sum = 0;
        for (int from = 0; from < batch.labelled(); from += sliceRows) {
            int count = Math.min(sliceRows, batch.labelled() - from);
            Matrix index = batch.labelRows().columns(from, count);
            Matrix slice = rows.rows(0, count);
            backend.embeddings().gather(index, 0, x, slice, Accumulate.OVERWRITE);
            Matrix headIn = headInput(slice);
            Matrix scores = logits.rows(0, count);
            linear.forward(weights.linear(HEAD), headIn, scores, Accumulate.OVERWRITE);
            Matrix losses = rowLoss.columns(0, count);
            Matrix dScores = d == null ? null : dLogits.rows(0, count);
            backend.losses().crossEntropy(scores, batch.labels().columns(from, count), scale, losses, dScores);
            if (d != null && dScores != null) {
                backward(slice, headIn, dScores, gradients);
                backend.embeddings().scatterAdd(index, 0, dRows.rows(0, count), d);
            }
            backend.synchronize();
            for (int i = 0; i < count; i++) {
                float loss = losses.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                sum += loss;
                if (tokenLoss != null) {
                    tokenLoss[from + i] = loss;
                }
            }
        }
        return sum;
    }

    /// From the gradient of a slice's logits to that of its rows, left in `dRows`.
    private void backward(Matrix slice, Matrix headIn, Matrix dScores, Gradients gradients) {
        int count = slice.rows();
        Matrix dHead = gradients.of(headId());
        if (dHead != null) {
            backend.matmul().multiply(Layout.TN, 1, dScores, headIn, null, dHead, Accumulate.ADD);
        }
        Matrix dSlice = dRows.rows(0, count);
        if (spec.projects()) {
            Matrix dOut = dProjected.rows(0, count);
            linear.backwardInput(weights.linear(HEAD), dScores, dOut, Accumulate.OVERWRITE);
            linear.backwardParameters(gradients, NO_LAYER, PROJECT_OUT, normed.rows(0, count), dOut);
            linear.backwardInput(weights.linear(PROJECT_OUT), dOut, dSlice, Accumulate.OVERWRITE);
        } else {
            linear.backwardInput(weights.linear(HEAD), dScores, dSlice, Accumulate.OVERWRITE);
        }
        if (spec.finalNorm() == FinalNorm.PRESENT) {
            NormWeights weight = weights.norm(FINAL_NORM);
            Matrix statistics = stats.rows(0, count);
            norm.backward(
                    weight, gradients, NO_LAYER, FINAL_NORM, dSlice, slice, statistics, dSlice, Accumulate.OVERWRITE);
        }
    }

    /// A tied head's gradient adds into the token embedding's.
    private ParameterId headId() {
        return ParameterId.weight(spec.head() == Head.TIED ? Module.TOKEN_EMBEDDING : HEAD);
    }
}
