package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.backend.MatmulKernels.PackedWeights;
import dev.gantry.engine.decoder.DecoderSpec.LinearLayout;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Forward and backward of one linear module with its adapter: `y = x·Wᵀ + b + s·(x·Aᵀ)·Bᵀ`.
final class LinearPass {
    private final Backend backend;
    private final MatmulKernels matmul;
    private final LinearLayout storage;

    LinearPass(Backend backend, LinearLayout storage) {
        this.backend = backend;
        this.matmul = backend.matmul();
        this.storage = storage;
    }

    /// @param x compute `(tokens, in)`
    /// @param y `(tokens, out)`
    void forward(LinearWeights weights, Matrix x, Matrix y, Accumulate accumulate) {
        PackedWeights packed = weights.packedForward();
        if (packed != null) {
            matmul.multiply(1, x, packed, weights.bias(), y, accumulate);
        } else {
            matmul.multiply(forwardLayout(), 1, x, weights.weight(), weights.bias(), y, accumulate);
        }
    }

    /// Adds the adapter's part to y.
    ///
    /// @param xa receives `s · x·Aᵀ`, compute `(tokens, r)`
    /// @param dropped memory for `x` after dropout
    void forwardAdapter(LowRank adapter, Matrix x, Matrix xa, Matrix y, DropoutSeed seed, long site, Matrix dropped) {
        Matrix input = x;
        if (seed.drops(adapter)) {
            input = dropped.columns(0, x.columns());
            backend.elements().dropout(x, adapter.dropout(), site, input);
        }
        matmul.multiply(Layout.NT, adapter.scale(), input, adapter.a(), null, xa, Accumulate.OVERWRITE); // (tokens, r)
        matmul.multiply(Layout.NT, 1, xa, adapter.b(), null, y, Accumulate.ADD); // (tokens, out)
    }

    /// `dx (+)= dy·W`.
    void backwardInput(LinearWeights weights, Matrix dy, Matrix dx, Accumulate accumulate) {
        PackedWeights packed = weights.packedBackward();
        if (packed != null) {
            matmul.multiply(1, dy, packed, null, dx, accumulate);
        } else {
            matmul.multiply(backwardLayout(), 1, dy, weights.weight(), null, dx, accumulate);
        }
    }

    /// `dA += dUᵀ·x`, `dB += dyᵀ·u`, `dx += dU·A` with `u = s·x·Aᵀ` and `dU = s·dy·B`.
    ///
    /// @param dx gradient that is added to, or null when nothing below is trained
    void backwardAdapter(
            LowRank adapter,
            Gradients.@Nullable LowRankGradient gradient,
            Matrix x,
            Matrix xa,
            Matrix dy,
            Matrix dxa,
            @Nullable Matrix dx,
            DropoutSeed seed,
            long site,
            Matrix dropped) {
        matmul.multiply(Layout.NN, adapter.scale(), dy, adapter.b(), null, dxa, Accumulate.OVERWRITE); // (tokens, r)
        boolean drops = seed.drops(adapter);
        Matrix input = drops ? dropped.columns(0, x.columns()) : x;
        if (gradient != null) {
            if (drops) {
                backend.elements().dropout(x, adapter.dropout(), site, input);
            }
            matmul.multiply(Layout.TN, 1, dy, xa, null, gradient.db(), Accumulate.ADD); // (out, r)
            matmul.multiply(Layout.TN, 1, dxa, input, null, gradient.da(), Accumulate.ADD); // (r, in)
        }
        if (dx == null) {
            return;
        }
        if (drops) {
            matmul.multiply(Layout.NN, 1, dxa, adapter.a(), null, input, Accumulate.OVERWRITE);
            backend.elements().dropout(input, adapter.dropout(), site, input);
            backend.elements().add(1, input, dx);
        } else {
            matmul.multiply(Layout.NN, 1, dxa, adapter.a(), null, dx, Accumulate.ADD); // (tokens, in)
        }
    }

    /// `dW += dyᵀ·x` in the layout W is stored in, `db += Σ dy`; whichever is trained.
    void backwardParameters(Gradients gradients, int layer, Module module, Matrix x, Matrix dy) {
        Matrix dWeight = gradients.of(ParameterId.weight(layer, module));
        if (dWeight != null) {
            switch (storage) {
                case OUT_IN -> matmul.multiply(Layout.TN, 1, dy, x, null, dWeight, Accumulate.ADD);
                case IN_OUT -> matmul.multiply(Layout.TN, 1, x, dy, null, dWeight, Accumulate.ADD);
            }
        }
        Matrix dBias = gradients.of(ParameterId.bias(layer, module));
        if (dBias != null) {
            backend.elements().addColumnSums(dy, dBias);
        }
    }

    private Layout forwardLayout() {
        return switch (storage) {
            case OUT_IN -> Layout.NT;
            case IN_OUT -> Layout.NN;
        };
    }

    private Layout backwardLayout() {
        return switch (storage) {
            case OUT_IN -> Layout.NN;
            case IN_OUT -> Layout.NT;
        };
    }
}
