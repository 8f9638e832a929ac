package dev.gantry.lora;

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
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.random.TensorRandom;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Very small models for tests: a GPT-2 (matrices stored `[in, out]`, tied head) and a LLaMA (`[out, in]`, own head).
public final class TinyModels {
    public static final DecoderSpec GPT2 = new DecoderSpec(
            13,
            12,
            12,
            2,
            16,
            new PositionSpec.Learned(16, 0),
            new NormSpec(NormSpec.Kind.LAYER_NORM, 1e-5f, NormSpec.Placement.PRE),
            new AttentionSpec(3, 3, 4, 0.5f, 0, QkvProjection.CONCATENATED, Bias.PRESENT, Bias.PRESENT),
            new MlpSpec(20, Activation.GELU_TANH, Gating.PLAIN, Bias.PRESENT),
            EmbeddingNorm.ABSENT,
            FinalNorm.PRESENT,
            Head.TIED,
            LinearLayout.IN_OUT);

    public static final DecoderSpec LLAMA = new DecoderSpec(
            11,
            8,
            8,
            2,
            16,
            new PositionSpec.Rotary(10_000, 4, new RotaryScaling.None()),
            new NormSpec(NormSpec.Kind.RMS_NORM, 1e-5f, NormSpec.Placement.PRE),
            new AttentionSpec(4, 2, 4, 0.5f, 0, QkvProjection.SEPARATE, Bias.ABSENT, Bias.ABSENT),
            new MlpSpec(10, Activation.SILU, Gating.GATED, Bias.ABSENT),
            EmbeddingNorm.ABSENT,
            FinalNorm.PRESENT,
            Head.OWN,
            LinearLayout.OUT_IN);

    private TinyModels() {}

    /// Normal values of deviation 0.3 around 0, or around 1 for the weights of norms.
    public static DecoderModel random(DecoderSpec spec, long seed, TensorArena arena) {
        Map<ParameterId, Tensor> parameters = new HashMap<>();
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            Tensor tensor = arena.allocate(DType.F32, parameter.shape().toArray());
            new TensorRandom(seed, parameter.id().toString()).fillNormal(tensor.matrix(), 0.3);
            parameters.put(parameter.id(), tensor);
        }
        return new DecoderModel(spec, parameters);
    }

    /// Paths such as `layers.0.query` and `head`.
    public static String path(int layer, Module module) {
        String name = module.name().toLowerCase(Locale.ROOT);
        return layer >= 0 ? "layers." + layer + "." + name : name;
    }
}
