package dev.gantry.engine.pass;

import static dev.gantry.engine.decoder.Module.FINAL_NORM;
import static dev.gantry.engine.decoder.Module.PROJECT_OUT;
import static dev.gantry.engine.decoder.ParameterId.NO_LAYER;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.DecoderSpec.FinalNorm;
import dev.gantry.engine.decoder.DecoderSpec.LinearLayout;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;

/// From rows of the residual stream to what the head multiplies, and back: final norm and output projection, where the
/// model has them.
final class HeadInput {
    private final Backend backend;
    private final ModelWeights weights;
    private final DecoderSpec spec;
    private final LinearPass projection;
    private final NormPass norm;
    private final Matrix stats; // f32 (rows, 2)
    private final Matrix normed; // compute (rows, hidden)
    private final Matrix projected; // compute (rows, embeddingDim); `normed` where nothing is projected
    private final Matrix dProjected; // compute (rows, embeddingDim)

    /// @param mostRows most rows of one call
    HeadInput(Backend backend, ModelWeights weights, TensorArena arena, int mostRows) {
        this.backend = backend;
        this.weights = weights;
        this.spec = weights.spec();
        this.projection = new LinearPass(backend, LinearLayout.OUT_IN);
        this.norm = new NormPass(backend.norms(), spec.norm());
        DType type = weights.computeType().dtype();
        this.stats = arena.matrix(DType.F32, mostRows, 2);
        this.normed = arena.matrix(type, mostRows, spec.hidden());
        int projectedRows = spec.projects() ? mostRows : 0;
        this.projected = spec.projects() ? arena.matrix(type, projectedRows, spec.embeddingDim()) : normed;
        this.dProjected = arena.matrix(type, projectedRows, spec.embeddingDim());
    }

    int mostRows() {
        return normed.rows();
    }

    /// @param x f32 `(n, hidden)`
    /// @return compute `(n, embeddingDim)`, valid until the next call
    Matrix forward(Matrix x) {
        Matrix y = normalise(x);
        if (!spec.projects()) {
            return y;
        }
        Matrix out = projected.rows(0, x.rows());
        projection.forward(weights.linear(PROJECT_OUT), y, out, Accumulate.OVERWRITE);
        return out;
    }

    /// The part of {@link #forward} that {@link #backward} reads: needed again only after other rows came between.
    Matrix normalise(Matrix x) {
        Matrix y = normed.rows(0, x.rows());
        if (spec.finalNorm() == FinalNorm.PRESENT) {
            norm.forward(weights.norm(FINAL_NORM), x, y, stats.rows(0, x.rows()));
        } else {
            backend.elements().copy(x, y);
        }
        return y;
    }

    /// @param x f32 `(n, hidden)`: the rows of the last {@link #forward}
    /// @param dInput f32 `(n, embeddingDim)`: gradient of its result
    /// @param dx f32 `(n, hidden)`: receives the gradient of x; is `dInput` where nothing is projected
    void backward(Matrix x, Matrix dInput, Matrix dx, Gradients gradients) {
        if (spec.projects()) {
            Matrix dy = dProjected.rows(0, x.rows());
            backend.elements().copy(dInput, dy);
            projection.backwardParameters(gradients, NO_LAYER, PROJECT_OUT, normed.rows(0, x.rows()), dy);
            projection.backwardInput(weights.linear(PROJECT_OUT), dy, dx, Accumulate.OVERWRITE);
        }
        if (spec.finalNorm() == FinalNorm.PRESENT) {
            Matrix statistics = stats.rows(0, x.rows());
            NormWeights weight = weights.norm(FINAL_NORM);
            norm.backward(weight, gradients, NO_LAYER, FINAL_NORM, dx, x, statistics, dx, Accumulate.OVERWRITE);
        }
    }
}
