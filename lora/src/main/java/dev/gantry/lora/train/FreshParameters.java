package dev.gantry.lora.train;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.lora.random.TensorRandom;
import java.lang.foreign.ValueLayout;

/// The values a model starts pre-training from, as GPT-2 does it (Radford et al. 2019): normal with deviation 0.02,
/// projections into the residual stream divided by `sqrt(2 · layers)`, biases 0, norms 1.
final class FreshParameters {
    private static final double DEVIATION = 0.02;

    private final DecoderSpec spec;
    private final long seed;

    FreshParameters(DecoderSpec spec, long seed) {
        this.spec = spec;
        this.seed = seed;
    }

    void fill(ParameterId id, Matrix value) {
        fill(id, 0, value);
    }

    /// Fills in adjacent elements of a parameter.
    ///
    /// @param from the first of them
    void fill(ParameterId id, long from, Matrix value) {
        switch (id.part()) {
            case BIAS -> set(value, 0);
            case WEIGHT -> weight(id, from, value);
        }
    }

    private void weight(ParameterId id, long from, Matrix value) {
        TensorRandom random = new TensorRandom(seed, id.toString());
        random.skipNormals(from);
        switch (id.module()) {
            case EMBEDDING_NORM, ATTENTION_NORM, MLP_NORM, FINAL_NORM -> set(value, 1);
            case ATTENTION_OUTPUT, MLP_DOWN -> random.fillNormal(value, DEVIATION / Math.sqrt(2.0 * spec.layers()));
            case TOKEN_EMBEDDING,
                    PROJECT_IN,
                    POSITION_EMBEDDING,
                    QUERY_KEY_VALUE,
                    QUERY,
                    KEY,
                    VALUE,
                    MLP_GATE,
                    MLP_UP,
                    PROJECT_OUT,
                    HEAD -> random.fillNormal(value, DEVIATION);
        }
    }

    private static void set(Matrix value, float number) {
        for (long i = 0; i < value.elements(); i++) {
            value.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, number);
        }
    }
}
