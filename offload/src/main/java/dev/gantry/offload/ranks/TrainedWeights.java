package dev.gantry.offload.ranks;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.HeadSource;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.pass.LinearWeights;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.NormWeights;
import dev.gantry.engine.pass.OuterWeights;
import dev.gantry.engine.tensor.Matrix;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Puts a model together from trained parameters and, where a parameter is not trained, from a base.
final class TrainedWeights {
    private final DecoderSpec spec;
    private final ComputeType compute;
    private final Map<ParameterId, Matrix> trained;
    private final @Nullable Matrix head; // where it is trained

    /// @param trained ready for kernels
    /// @param tiedHead the trained token table in the compute type, where the head shares it; else null
    TrainedWeights(DecoderSpec spec, ComputeType compute, Map<ParameterId, Matrix> trained, @Nullable Matrix tiedHead) {
        this.spec = spec;
        this.compute = compute;
        this.trained = Map.copyOf(trained);
        this.head = tiedHead != null ? tiedHead : trained.get(ParameterId.weight(Module.HEAD));
    }

    /// A model of trained parameters, but for the blocks if those come from elsewhere.
    ///
    /// @param blocks where blocks come from; null when they are among the trained parameters
    ModelWeights alone(@Nullable LayerSource blocks) {
        OuterWeights nothing = new OuterWeights(Map.of(), Map.of(), Map.of());
        HeadSource elsewhere = HeadSource.elsewhere(HeadBlocks.of(spec)); // unless it is among the trained parameters
        return over(nothing, elsewhere, blocks != null ? blocks : held());
    }

    private LayerSource held() {
        return new Held(IntStream.range(0, spec.layers())
                .mapToObj(layer -> replaced(new LayerWeights(layer, Map.of(), Map.of())))
                .toList());
    }

    private HeadSource resident(Matrix matrix) {
        return HeadSource.resident(matrix, HeadBlocks.of(spec));
    }

    /// The trained parameters, and for the rest a base.
    ///
    /// @param baseHead where the head comes from, unless it is trained
    /// @param blocks where blocks come from; those with trained parameters get them put in
    ModelWeights over(OuterWeights base, HeadSource baseHead, LayerSource blocks) {
        Map<Module, Matrix> embeddings = new EnumMap<>(Module.class);
        embeddings.putAll(base.embeddings());
        trained.forEach((id, matrix) -> {
            if (id.module() == Module.TOKEN_EMBEDDING || id.module() == Module.POSITION_EMBEDDING) {
                embeddings.put(id.module(), matrix);
            }
        });
        Map<Module, LinearWeights> linears = linears(base.linears(), ParameterId.NO_LAYER);
        Map<Module, NormWeights> norms = norms(base.norms(), ParameterId.NO_LAYER);
        boolean inBlocks = trained.keySet().stream().anyMatch(id -> id.layer() != ParameterId.NO_LAYER);
        LayerSource all = inBlocks && !(blocks instanceof Held) ? new Replacing(blocks) : blocks;
        HeadSource headSource = head == null ? baseHead : resident(head);
        return new ModelWeights(spec, compute, embeddings, linears, norms, headSource, all);
    }

    private LayerWeights replaced(LayerWeights block) {
        if (trained.keySet().stream().noneMatch(id -> id.layer() == block.layer())) {
            return block;
        }
        return new LayerWeights(
                block.layer(), linears(block.linears(), block.layer()), norms(block.norms(), block.layer()));
    }

    private Map<Module, LinearWeights> linears(Map<Module, LinearWeights> base, int layer) {
        Map<Module, LinearWeights> all = new EnumMap<>(Module.class);
        for (Module module : modules(base.keySet(), layer)) {
            if (module.isLinear() && module != Module.HEAD) {
                all.put(module, linear(base.get(module), layer, module));
            }
        }
        return all;
    }

    private LinearWeights linear(@Nullable LinearWeights base, int layer, Module module) {
        Matrix weight = trained.get(ParameterId.weight(layer, module));
        Matrix bias = trained.get(ParameterId.bias(layer, module));
        if (base == null) {
            return new LinearWeights(present(weight, module), bias, null, null);
        }
        Matrix newBias = bias == null ? base.bias() : bias;
        return weight == null
                ? new LinearWeights(base.weight(), newBias, base.packedForward(), base.packedBackward())
                : new LinearWeights(weight, newBias, null, null);
    }

    private Map<Module, NormWeights> norms(Map<Module, NormWeights> base, int layer) {
        Map<Module, NormWeights> all = new EnumMap<>(Module.class);
        for (Module module : modules(base.keySet(), layer)) {
            if (module.isNorm()) {
                NormWeights norm = base.get(module);
                Matrix weight = trained.get(ParameterId.weight(layer, module));
                Matrix bias = trained.get(ParameterId.bias(layer, module));
                all.put(
                        module,
                        new NormWeights(
                                weight == null && norm != null ? norm.weight() : present(weight, module),
                                bias == null && norm != null ? norm.bias() : bias));
            }
        }
        return all;
    }

    private Set<Module> modules(Set<Module> base, int layer) {
        Set<Module> modules = EnumSet.noneOf(Module.class);
        modules.addAll(base);
        trained.keySet().stream().filter(id -> id.layer() == layer).forEach(id -> modules.add(id.module()));
        return modules;
    }

    private static Matrix present(@Nullable Matrix weight, Module module) {
        if (weight == null) {
            throw new IllegalArgumentException("there are no weights of " + module);
        }
        return weight;
    }

    /// Blocks that are simply there.
    private record Held(List<LayerWeights> blocks) implements LayerSource {
        @Override
        public LayerWeights acquire(int layer) {
            return blocks.get(layer);
        }

        @Override
        public void release(LayerWeights weights) {
            // stays where it is
        }

        @Override
        public void close() {
            // the memory belongs to the rank
        }
    }

    /// Blocks of a base with their trained parameters put in.
    private final class Replacing implements LayerSource {
        private final LayerSource base;
        private @Nullable LayerWeights acquired;

        Replacing(LayerSource base) {
            this.base = base;
        }

        @Override
        public void begin(Sweep sweep) {
            base.begin(sweep);
        }

        @Override
        public LayerWeights acquire(int layer) {
            LayerWeights block = base.acquire(layer);
            acquired = block;
            return replaced(block);
        }

        @Override
        public void release(LayerWeights weights) {
            base.release(acquired != null ? acquired : weights);
            acquired = null;
        }

        @Override
        public void close() {
            base.close();
        }
    }
}
