package dev.gantry.engine.decoder;

import static dev.gantry.engine.decoder.ParameterId.NO_LAYER;

import dev.gantry.engine.decoder.ParameterId.Part;
import dev.gantry.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Lists the parameters that a {@link DecoderSpec} calls for.
public final class DecoderParameters {
    private final DecoderSpec spec;
    private final List<ParameterSpec> list = new ArrayList<>();

    private DecoderParameters(DecoderSpec spec) {
        this.spec = spec;
    }

    /// All parameters of the model, in the order data flows through them.
    public static List<ParameterSpec> of(DecoderSpec spec) {
        DecoderParameters parameters = new DecoderParameters(spec);
        parameters.embedding();
        for (int layer = 0; layer < spec.layers(); layer++) {
            parameters.layer(layer);
        }
        parameters.head();
        return List.copyOf(parameters.list);
    }

    /// Parameters of one block; all blocks have the same.
    public static List<ParameterSpec> ofLayer(DecoderSpec spec, int layer) {
        DecoderParameters parameters = new DecoderParameters(spec);
        parameters.layer(layer);
        return List.copyOf(parameters.list);
    }

    /// The matrix `[vocabulary, embeddingDim]` of the head: a tied head's is the token embedding.
    public static ParameterId head(DecoderSpec spec) {
        return ParameterId.weight(spec.head() == DecoderSpec.Head.TIED ? Module.TOKEN_EMBEDDING : Module.HEAD);
    }

    /// Number of scalar parameters of the model.
    public static long count(DecoderSpec spec) {
        return of(spec).stream().mapToLong(p -> p.shape().elements()).sum();
    }

    /// Inputs of a linear module inside a block.
    public static int inputWidth(DecoderSpec spec, Module module) {
        return switch (module) {
            case ATTENTION_OUTPUT -> spec.attention().queryWidth();
            case MLP_DOWN -> spec.mlp().intermediate();
            case QUERY_KEY_VALUE, QUERY, KEY, VALUE, MLP_GATE, MLP_UP, PROJECT_OUT -> spec.hidden();
            case PROJECT_IN, HEAD -> spec.embeddingDim();
            case TOKEN_EMBEDDING, POSITION_EMBEDDING, EMBEDDING_NORM, ATTENTION_NORM, MLP_NORM, FINAL_NORM ->
                throw new IllegalArgumentException(module + " is not linear");
        };
    }

    /// Outputs of a linear module.
    public static int outputWidth(DecoderSpec spec, Module module) {
        return switch (module) {
            case QUERY_KEY_VALUE -> spec.attention().qkvWidth();
            case QUERY -> spec.attention().queryWidth();
            case KEY, VALUE -> spec.attention().kvWidth();
            case ATTENTION_OUTPUT, MLP_DOWN, PROJECT_IN -> spec.hidden();
            case MLP_GATE, MLP_UP -> spec.mlp().intermediate();
            case PROJECT_OUT -> spec.embeddingDim();
            case HEAD -> spec.vocabularySize();
            case TOKEN_EMBEDDING, POSITION_EMBEDDING, EMBEDDING_NORM, ATTENTION_NORM, MLP_NORM, FINAL_NORM ->
                throw new IllegalArgumentException(module + " is not linear");
        };
    }

    /// Linear modules of a block, in the order data flows through them.
    public static List<Module> linearModules(DecoderSpec spec) {
        List<Module> modules = new ArrayList<>();
        switch (spec.attention().projection()) {
            case SEPARATE -> modules.addAll(List.of(Module.QUERY, Module.KEY, Module.VALUE));
            case CONCATENATED, PER_HEAD -> modules.add(Module.QUERY_KEY_VALUE);
        }
        modules.add(Module.ATTENTION_OUTPUT);
        if (spec.mlp().gating() == MlpSpec.Gating.GATED) {
            modules.add(Module.MLP_GATE);
        }
        modules.addAll(List.of(Module.MLP_UP, Module.MLP_DOWN));
        return List.copyOf(modules);
    }

    private void embedding() {
        add(NO_LAYER, Module.TOKEN_EMBEDDING, Part.WEIGHT, spec.vocabularySize(), spec.embeddingDim());
        if (spec.projects()) {
            add(NO_LAYER, Module.PROJECT_IN, Part.WEIGHT, spec.hidden(), spec.embeddingDim());
        }
        if (spec.position() instanceof PositionSpec.Learned learned) {
            long rows = (long) learned.positions() + learned.offset();
            add(NO_LAYER, Module.POSITION_EMBEDDING, Part.WEIGHT, rows, spec.hidden());
        }
        if (spec.embeddingNorm() == DecoderSpec.EmbeddingNorm.PRESENT) {
            norm(NO_LAYER, Module.EMBEDDING_NORM);
        }
    }

    private void layer(int layer) {
        norm(layer, Module.ATTENTION_NORM);
        for (Module module : linearModules(spec)) {
            if (module == firstOfMlp()) {
                norm(layer, Module.MLP_NORM);
            }
            linear(layer, module);
        }
    }

    private Module firstOfMlp() {
        return spec.mlp().gating() == MlpSpec.Gating.GATED ? Module.MLP_GATE : Module.MLP_UP;
    }

    private void head() {
        if (spec.finalNorm() == DecoderSpec.FinalNorm.PRESENT) {
            norm(NO_LAYER, Module.FINAL_NORM);
        }
        if (spec.projects()) {
            add(NO_LAYER, Module.PROJECT_OUT, Part.WEIGHT, spec.embeddingDim(), spec.hidden());
        }
        if (spec.head() == DecoderSpec.Head.OWN) {
            add(NO_LAYER, Module.HEAD, Part.WEIGHT, spec.vocabularySize(), spec.embeddingDim());
        }
    }

    private void linear(int layer, Module module) {
        long in = inputWidth(spec, module);
        long out = outputWidth(spec, module);
        switch (spec.linearLayout()) {
            case OUT_IN -> add(layer, module, Part.WEIGHT, out, in);
            case IN_OUT -> add(layer, module, Part.WEIGHT, in, out);
        }
        if (bias(module) == Bias.PRESENT) {
            add(layer, module, Part.BIAS, out);
        }
    }

    private Bias bias(Module module) {
        return switch (module) {
            case QUERY_KEY_VALUE, QUERY, KEY, VALUE -> spec.attention().qkvBias();
            case ATTENTION_OUTPUT -> spec.attention().outputBias();
            case MLP_GATE, MLP_UP, MLP_DOWN -> spec.mlp().bias();
            default -> Bias.ABSENT;
        };
    }

    private void norm(int layer, Module module) {
        add(layer, module, Part.WEIGHT, spec.hidden());
        if (spec.norm().kind() == NormSpec.Kind.LAYER_NORM) {
            add(layer, module, Part.BIAS, spec.hidden());
        }
    }

    private void add(int layer, Module module, Part part, long... extents) {
        list.add(new ParameterSpec(new ParameterId(layer, module, part), Shape.of(extents)));
    }
}
