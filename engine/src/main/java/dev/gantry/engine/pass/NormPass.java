package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.NormKernels;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.Matrix;

/// Forward and backward of a norm, of whichever kind the model has.
final class NormPass {
    private final NormKernels kernels;
    private final NormSpec spec;

    NormPass(NormKernels kernels, NormSpec spec) {
        this.kernels = kernels;
        this.spec = spec;
    }

    void forward(NormWeights weights, Matrix x, Matrix y, Matrix stats) {
        switch (spec.kind()) {
            case LAYER_NORM -> kernels.layerNorm(x, weights.weight(), weights.bias(), spec.epsilon(), y, stats);
            case RMS_NORM -> kernels.rmsNorm(x, weights.weight(), spec.epsilon(), y, stats);
        }
    }

    void backward(
            NormWeights weights,
            Gradients gradients,
            int layer,
            Module module,
            Matrix dy,
            Matrix x,
            Matrix stats,
            Matrix dx,
            Accumulate accumulate) {
        Matrix dWeight = gradients.of(ParameterId.weight(layer, module));
        switch (spec.kind()) {
            case LAYER_NORM -> {
                Matrix dBias = gradients.of(ParameterId.bias(layer, module));
                kernels.layerNormBackward(dy, x, weights.weight(), stats, dx, accumulate, dWeight, dBias);
            }
            case RMS_NORM -> kernels.rmsNormBackward(dy, x, weights.weight(), stats, dx, accumulate, dWeight);
        }
    }
}
