package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.AttentionSpec.QkvProjection;
import dev.gantry.engine.decoder.Bias;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.DecoderSpec.EmbeddingNorm;
import dev.gantry.engine.decoder.DecoderSpec.FinalNorm;
import dev.gantry.engine.decoder.DecoderSpec.Head;
import dev.gantry.engine.decoder.DecoderSpec.LinearLayout;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.MlpSpec.Gating;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.NormSpec.Kind;
import dev.gantry.engine.decoder.NormSpec.Placement;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/// Very small decoders that together use every option of {@link DecoderSpec}.
public final class TinyDecoders {
    private TinyDecoders() {}

    public static Map<String, DecoderSpec> all() {
        Map<String, DecoderSpec> specs = new LinkedHashMap<>();
        NormSpec layerNorm = new NormSpec(Kind.LAYER_NORM, 1e-5f, Placement.PRE);
        NormSpec rmsNorm = new NormSpec(Kind.RMS_NORM, 1e-5f, Placement.PRE);
        NormSpec postNorm = new NormSpec(Kind.LAYER_NORM, 1e-5f, Placement.POST);
        specs.put(
                "gpt2",
                new DecoderSpec(
                        13,
                        12,
                        12,
                        2,
                        16,
                        new PositionSpec.Learned(16, 0),
                        layerNorm,
                        attention(3, 3, 4, 0, QkvProjection.CONCATENATED, Bias.PRESENT, Bias.PRESENT),
                        new MlpSpec(20, Activation.GELU_TANH, Gating.PLAIN, Bias.PRESENT),
                        EmbeddingNorm.ABSENT,
                        FinalNorm.PRESENT,
                        Head.TIED,
                        LinearLayout.IN_OUT));
        specs.put(
                "opt-350m",
                new DecoderSpec(
                        11,
                        6,
                        8,
                        2,
                        16,
                        new PositionSpec.Learned(16, 2),
                        postNorm,
                        attention(2, 2, 4, 0, QkvProjection.SEPARATE, Bias.PRESENT, Bias.PRESENT),
                        new MlpSpec(10, Activation.GELU_EXACT, Gating.PLAIN, Bias.PRESENT),
                        EmbeddingNorm.ABSENT,
                        FinalNorm.ABSENT,
                        Head.TIED,
                        LinearLayout.OUT_IN));
        specs.put(
                "bloom",
                new DecoderSpec(
                        11,
                        12,
                        12,
                        2,
                        16,
                        new PositionSpec.Alibi(),
                        layerNorm,
                        attention(3, 3, 4, 0, QkvProjection.PER_HEAD, Bias.PRESENT, Bias.PRESENT),
                        new MlpSpec(16, Activation.GELU_TANH, Gating.PLAIN, Bias.PRESENT),
                        EmbeddingNorm.PRESENT,
                        FinalNorm.PRESENT,
                        Head.TIED,
                        LinearLayout.OUT_IN));
        specs.put(
                "llama-gqa",
                new DecoderSpec(
                        11,
                        8,
                        8,
                        2,
                        16,
                        new PositionSpec.Rotary(10_000, 4, new RotaryScaling.None()),
                        rmsNorm,
                        attention(4, 2, 4, 3, QkvProjection.SEPARATE, Bias.PRESENT, Bias.ABSENT),
                        new MlpSpec(10, Activation.SILU, Gating.GATED, Bias.ABSENT),
                        EmbeddingNorm.ABSENT,
                        FinalNorm.PRESENT,
                        Head.OWN,
                        LinearLayout.OUT_IN));
        return specs;
    }

    /// The same decoder with another number of blocks.
    public static DecoderSpec withLayers(DecoderSpec spec, int layers) {
        return with(spec, spec.vocabularySize(), layers);
    }

    /// The same decoder with another number of tokens to choose from.
    public static DecoderSpec withVocabulary(DecoderSpec spec, int vocabulary) {
        return with(spec, vocabulary, spec.layers());
    }

    /// The same decoder for longer texts.
    public static DecoderSpec withPositions(DecoderSpec spec, int positions) {
        PositionSpec position = spec.position() instanceof PositionSpec.Learned learned
                ? new PositionSpec.Learned(positions, learned.offset())
                : spec.position();
        return withPosition(spec, position, positions);
    }

    /// The same decoder that finds places in another way.
    public static DecoderSpec withPosition(DecoderSpec spec, PositionSpec position, int positions) {
        return with(spec, spec.vocabularySize(), spec.layers(), position, positions);
    }

    private static DecoderSpec with(DecoderSpec spec, int vocabulary, int layers) {
        return with(spec, vocabulary, layers, spec.position(), spec.maxPositions());
    }

    private static DecoderSpec with(
            DecoderSpec spec, int vocabulary, int layers, PositionSpec position, int positions) {
        return new DecoderSpec(
                vocabulary,
                spec.embeddingDim(),
                spec.hidden(),
                layers,
                positions,
                position,
                spec.norm(),
                spec.attention(),
                spec.mlp(),
                spec.embeddingNorm(),
                spec.finalNorm(),
                spec.head(),
                spec.linearLayout());
    }

    private static AttentionSpec attention(
            int heads, int kvHeads, int headDim, int window, QkvProjection projection, Bias qkv, Bias out) {
        return new AttentionSpec(
                heads, kvHeads, headDim, (float) (1 / Math.sqrt(headDim)), window, projection, qkv, out);
    }

    public static DecoderModel random(DecoderSpec spec, Random random, TensorArena arena) {
        Map<ParameterId, Tensor> parameters = new HashMap<>();
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            Tensor tensor = arena.allocate(DType.F32, parameter.shape().toArray());
            boolean scale = !parameter.id().module().isLinear()
                    && parameter.id().part() == ParameterId.Part.WEIGHT
                    && tensor.shape().rank() == 1;
            fill(tensor.matrix(), random, scale ? 1 : 0);
            parameters.put(parameter.id(), tensor);
        }
        return new DecoderModel(spec, parameters);
    }

    public static Adapters adapters(DecoderSpec spec, int rank, float dropout, Random random, TensorArena arena) {
        Map<AdapterSite, LowRank> sites = new HashMap<>();
        for (int layer = 0; layer < spec.layers(); layer++) {
            for (Module module : DecoderParameters.linearModules(spec)) {
                Matrix a = arena.matrix(DType.F32, rank, DecoderParameters.inputWidth(spec, module));
                Matrix b = arena.matrix(DType.F32, DecoderParameters.outputWidth(spec, module), rank);
                fill(a, random, 0);
                fill(b, random, 0);
                sites.put(new AdapterSite(layer, module), new LowRank(a, b, 1.5f, dropout));
            }
        }
        return new Adapters(sites);
    }

    public static void fill(Matrix matrix, Random random, float mean) {
        for (long i = 0; i < matrix.elements(); i++) {
            matrix.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (mean + 0.4 * random.nextGaussian()));
        }
    }

    /// Gradients for every parameter and every adapter matrix.
    public static Gradients gradients(DecoderModel model, Adapters adapters, TensorArena arena) {
        Map<ParameterId, Matrix> parameters = new HashMap<>();
        model.parameters()
                .forEach((id, tensor) -> parameters.put(
                        id, arena.allocate(DType.F32, tensor.shape().toArray()).matrix()));
        Map<AdapterSite, Gradients.LowRankGradient> low = new HashMap<>();
        adapters.sites()
                .forEach((site, adapter) -> low.put(
                        site,
                        new Gradients.LowRankGradient(
                                arena.matrix(
                                        DType.F32,
                                        adapter.a().rows(),
                                        adapter.a().columns()),
                                arena.matrix(
                                        DType.F32,
                                        adapter.b().rows(),
                                        adapter.b().columns()))));
        return new Gradients(parameters, low);
    }
}
