package dev.gantry.engine.pass;

import static dev.gantry.engine.decoder.Module.ATTENTION_NORM;
import static dev.gantry.engine.decoder.Module.ATTENTION_OUTPUT;
import static dev.gantry.engine.decoder.Module.KEY;
import static dev.gantry.engine.decoder.Module.MLP_DOWN;
import static dev.gantry.engine.decoder.Module.MLP_GATE;
import static dev.gantry.engine.decoder.Module.MLP_NORM;
import static dev.gantry.engine.decoder.Module.MLP_UP;
import static dev.gantry.engine.decoder.Module.QUERY;
import static dev.gantry.engine.decoder.Module.QUERY_KEY_VALUE;
import static dev.gantry.engine.decoder.Module.VALUE;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.RotaryKernels.Direction;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.NormSpec.Placement;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Forward and backward of one block, for every family.
///
/// Shapes in comments: `(tokens, width)`, tokens being those of all sequences of the micro-batch.
final class LayerPass {
    private final Backend backend;
    private final DecoderSpec spec;
    private final AttentionSpec attention;
    private final boolean preNorm;
    private final LinearPass linear;
    private final NormPass norm;
    private final AttentionBias attentionBias;
    private final @Nullable RotaryPass rotary;

    LayerPass(Backend backend, DecoderSpec spec, @Nullable RotaryPass rotary) {
        this.backend = backend;
        this.spec = spec;
        this.attention = spec.attention();
        this.preNorm = spec.norm().placement() == Placement.PRE;
        this.linear = new LinearPass(backend, spec.linearLayout());
        this.norm = new NormPass(backend.norms(), spec.norm());
        float[] slopes = spec.position() instanceof PositionSpec.Alibi ? AlibiSlopes.of(attention.heads()) : null;
        this.attentionBias = new AttentionBias(attention.scale(), attention.slidingWindow(), slopes);
        this.rotary = rotary;
    }

    /// What one block computes with, for one micro-batch.
    ///
    /// @param positions I32 `(1, tokens)`
    /// @param keys where attention finds keys and values
    record Inputs(
            LayerWeights weights,
            Adapters adapters,
            Matrix positions,
            AttentionKeys keys,
            DropoutSeed seed,
            LayerScratch scratch) {

        int layer() {
            return weights.layer();
        }
    }

    /// Computes `y` from `x`, both f32 `(tokens, hidden)`, and leaves in `a` what the backward needs.
    void forward(Inputs in, Matrix x, LayerActivations a, Matrix y) {
        // attention norm, or the residual stream itself in a post-norm block
        if (preNorm) {
            norm.forward(in.weights().norm(ATTENTION_NORM), x, a.attentionInput(), a.attentionStats());
        } else {
            backend.elements().copy(x, a.attentionInput());
        }
        // q, k, v projections                                                  (tokens, qkvWidth)
        switch (attention.projection()) {
            case SEPARATE -> {
                linear(in, QUERY, a, a.attentionInput(), query(a.qkv()), Accumulate.OVERWRITE);
                linear(in, KEY, a, a.attentionInput(), key(a.qkv()), Accumulate.OVERWRITE);
                linear(in, VALUE, a, a.attentionInput(), value(a.qkv()), Accumulate.OVERWRITE);
            }
            case CONCATENATED, PER_HEAD ->
                linear(in, QUERY_KEY_VALUE, a, a.attentionInput(), a.qkv(), Accumulate.OVERWRITE);
        }
        // rotate q and k by their positions
        rotate(in, a.qkv(), Direction.FORWARD);
        // attention                                                            (tokens, queryWidth)
        in.keys().attend(backend, attentionBias, queries(a.qkv()), keys(a.qkv()), values(a.qkv()), a);
        // output projection, back into the residual stream                     (tokens, hidden)
        backend.elements().copy(x, a.attentionSum());
        linear(in, ATTENTION_OUTPUT, a, a.attended(), a.attentionSum(), Accumulate.ADD);
        if (!preNorm) {
            norm.forward(in.weights().norm(ATTENTION_NORM), a.attentionSum(), a.middle(), a.attentionStats());
        }
        // mlp norm
        if (preNorm) {
            norm.forward(in.weights().norm(MLP_NORM), a.middle(), a.mlpInput(), a.mlpStats());
        } else {
            backend.elements().copy(a.middle(), a.mlpInput());
        }
        // up (and gate) projection, non-linearity                              (tokens, intermediate)
        linear(in, MLP_UP, a, a.mlpInput(), a.up(), Accumulate.OVERWRITE);
        Matrix gate = a.gate();
        if (gate != null) {
            linear(in, MLP_GATE, a, a.mlpInput(), gate, Accumulate.OVERWRITE);
            backend.activations().gatedForward(spec.mlp().activation(), gate, a.up(), a.activated());
        } else {
            backend.activations().forward(spec.mlp().activation(), a.up(), a.activated());
        }
        // down projection, back into the residual stream                       (tokens, hidden)
        Matrix mlpSum = a.mlpSum();
        Matrix sum = mlpSum == null ? y : mlpSum;
        backend.elements().copy(a.middle(), sum);
        linear(in, MLP_DOWN, a, a.activated(), sum, Accumulate.ADD);
        if (!preNorm) {
            norm.forward(in.weights().norm(MLP_NORM), sum, y, a.mlpStats());
        }
    }

    /// Turns `d`, the gradient of the block's output, into the gradient of its input `x`; f32 `(tokens, hidden)`.
    ///
    /// Adds the gradients of what is trained to `gradients`.
    ///
    /// @param below whether anything below this block needs the gradient of `x`
    void backward(Inputs in, Matrix x, LayerActivations a, Matrix d, Gradients gradients, Below below) {
        LayerScratch s = in.scratch();
        // mlp norm of a post-norm block
        Matrix mlpSum = a.mlpSum();
        if (mlpSum != null) {
            normBackward(in, MLP_NORM, gradients, d, mlpSum, a.mlpStats(), s.dHidden(), Accumulate.OVERWRITE);
            backend.elements().copy(s.dHidden(), d);
        }
        // down projection                                                      (tokens, intermediate)
        linearBackward(in, MLP_DOWN, a, gradients, a.activated(), product(d, s), s.dActivated(), Accumulate.OVERWRITE);
        // non-linearity; up (and gate) projection                              (tokens, hidden)
        Matrix gate = a.gate();
        Matrix dGate = s.dGate();
        if (gate != null && dGate != null) {
            Matrix dUp = s.dActivated();
            backend.activations().gatedBackward(spec.mlp().activation(), gate, a.up(), s.dActivated(), dGate, dUp);
            linearBackward(in, MLP_UP, a, gradients, a.mlpInput(), dUp, s.dHidden(), Accumulate.OVERWRITE);
            linearBackward(in, MLP_GATE, a, gradients, a.mlpInput(), dGate, s.dHidden(), Accumulate.ADD);
        } else {
            backend.activations().backward(spec.mlp().activation(), a.up(), s.dActivated(), s.dActivated());
            linearBackward(in, MLP_UP, a, gradients, a.mlpInput(), s.dActivated(), s.dHidden(), Accumulate.OVERWRITE);
        }
        // mlp norm, joining the residual stream; attention norm of a post-norm block
        if (preNorm) {
            normBackward(in, MLP_NORM, gradients, s.dHidden(), a.middle(), a.mlpStats(), d, Accumulate.ADD);
        } else {
            backend.elements().add(1, s.dHidden(), d);
            Matrix sum = a.attentionSum();
            normBackward(in, ATTENTION_NORM, gradients, d, sum, a.attentionStats(), s.dHidden(), Accumulate.OVERWRITE);
            backend.elements().copy(s.dHidden(), d);
        }
        // output projection                                                    (tokens, queryWidth)
        linearBackward(
                in, ATTENTION_OUTPUT, a, gradients, a.attended(), product(d, s), s.dAttended(), Accumulate.OVERWRITE);
        // attention, rotation                                                  (tokens, qkvWidth)
        in.keys().attendBackward(backend, attentionBias, headsOf(a.qkv()), headsOf(s.dQkv()), a, s.dAttended());
        rotate(in, s.dQkv(), Direction.BACKWARD);
        // q, k, v projections                                                  (tokens, hidden)
        Matrix dHidden = below == Below.TRAINED || (preNorm && trainsNorm(gradients, in)) ? s.dHidden() : null;
        switch (attention.projection()) {
            case SEPARATE -> {
                qkvBackward(in, QUERY, a, gradients, query(s.dQkv()), dHidden, Accumulate.OVERWRITE);
                qkvBackward(in, KEY, a, gradients, key(s.dQkv()), dHidden, Accumulate.ADD);
                qkvBackward(in, VALUE, a, gradients, value(s.dQkv()), dHidden, Accumulate.ADD);
            }
            case CONCATENATED, PER_HEAD ->
                qkvBackward(in, QUERY_KEY_VALUE, a, gradients, s.dQkv(), dHidden, Accumulate.OVERWRITE);
        }
        // attention norm, joining the residual stream
        if (dHidden == null) {
            return;
        }
        if (preNorm) {
            normBackward(in, ATTENTION_NORM, gradients, dHidden, x, a.attentionStats(), d, Accumulate.ADD);
        } else {
            backend.elements().add(1, dHidden, d);
        }
    }

    /// Whether the gradient of a block's input is wanted.
    enum Below {
        TRAINED,
        FROZEN
    }

    /// Whether the attention norm of this block is trained, by its weight or its bias alone.
    private static boolean trainsNorm(Gradients gradients, Inputs in) {
        return gradients.of(ParameterId.weight(in.layer(), ATTENTION_NORM)) != null
                || gradients.of(ParameterId.bias(in.layer(), ATTENTION_NORM)) != null;
    }

    private void linear(Inputs in, Module module, LayerActivations a, Matrix x, Matrix y, Accumulate accumulate) {
        linear.forward(in.weights().linear(module), x, y, accumulate);
        LowRank adapter = in.adapters().at(in.layer(), module);
        if (adapter != null) {
            Matrix xa = a.lowRank(module, adapter.rank());
            long site = in.seed().at(in.layer(), module);
            linear.forwardAdapter(
                    adapter, x, xa, y, in.seed(), site, in.scratch().dropped());
        }
    }

    private void qkvBackward(
            Inputs in,
            Module module,
            LayerActivations a,
            Gradients gradients,
            Matrix dy,
            @Nullable Matrix dx,
            Accumulate accumulate) {
        linearBackward(in, module, a, gradients, a.attentionInput(), dy, dx, accumulate);
    }

    private void linearBackward(
            Inputs in,
            Module module,
            LayerActivations a,
            Gradients gradients,
            Matrix x,
            Matrix dy,
            @Nullable Matrix dx,
            Accumulate accumulate) {
        if (dx != null) {
            linear.backwardInput(in.weights().linear(module), dy, dx, accumulate);
        }
        LowRank adapter = in.adapters().at(in.layer(), module);
        if (adapter != null) {
            linear.backwardAdapter(
                    adapter,
                    gradients.of(in.layer(), module),
                    x,
                    a.lowRank(module, adapter.rank()),
                    dy,
                    in.scratch().dLowRank().columns(0, adapter.rank()),
                    dx,
                    in.seed(),
                    in.seed().at(in.layer(), module),
                    in.scratch().dropped());
        }
        linear.backwardParameters(gradients, in.layer(), module, x, dy);
    }

    private void normBackward(
            Inputs in,
            Module module,
            Gradients gradients,
            Matrix dy,
            Matrix x,
            Matrix stats,
            Matrix dx,
            Accumulate accumulate) {
        norm.backward(in.weights().norm(module), gradients, in.layer(), module, dy, x, stats, dx, accumulate);
    }

    /// The residual gradient in the type products are computed in.
    private Matrix product(Matrix d, LayerScratch s) {
        Matrix rounded = s.dOutput();
        if (rounded == null) {
            return d;
        }
        backend.elements().copy(d, rounded);
        return rounded;
    }

    private void rotate(Inputs in, Matrix qkv, Direction direction) {
        if (rotary != null) {
            rotary.rotate(queries(qkv), in.positions(), in.keys().segments(), direction);
            if (!in.keys().turnsKeys()) {
                rotary.rotate(keys(qkv), in.positions(), in.keys().segments(), direction);
            }
        }
    }

    private Matrix query(Matrix qkv) {
        return qkv.columns(0, attention.queryWidth());
    }

    private Matrix key(Matrix qkv) {
        return qkv.columns(attention.queryWidth(), attention.kvWidth());
    }

    private Matrix value(Matrix qkv) {
        return qkv.columns(attention.queryWidth() + attention.kvWidth(), attention.kvWidth());
    }

    private QkvHeads headsOf(Matrix qkv) {
        return new QkvHeads(queries(qkv), keys(qkv), values(qkv));
    }

    private Heads queries(Matrix qkv) {
        return heads(qkv, 0, 0, attention.heads());
    }

    private Heads keys(Matrix qkv) {
        return heads(qkv, attention.queryWidth(), 1, attention.kvHeads());
    }

    private Heads values(Matrix qkv) {
        return heads(qkv, attention.queryWidth() + attention.kvWidth(), 2, attention.kvHeads());
    }

    private Heads heads(Matrix qkv, int firstColumn, int indexInHead, int heads) {
        int headDim = attention.headDim();
        return switch (attention.projection()) {
            case SEPARATE, CONCATENATED -> new Heads(qkv, firstColumn, headDim, heads, headDim);
            case PER_HEAD -> new Heads(qkv, indexInHead * headDim, 3 * headDim, heads, headDim);
        };
    }
}
