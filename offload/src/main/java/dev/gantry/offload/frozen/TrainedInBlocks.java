package dev.gantry.offload.frozen;

import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterId.Part;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.pass.LinearWeights;
import dev.gantry.engine.pass.NormWeights;
import dev.gantry.engine.tensor.Matrix;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Trained parameters of blocks that are else frozen, put over what a chunk holds in their place.
final class TrainedInBlocks {
    private final Map<ParameterId, Matrix> ready = new HashMap<>();
    private final Set<Integer> layers = new TreeSet<>();

    /// Puts nothing over anything.
    static final TrainedInBlocks NONE = new TrainedInBlocks();

    private TrainedInBlocks() {}

    TrainedInBlocks(StoredModel model, ChunkLayout layout, ReadyParameters parameters) {
        for (int layer = 0; layer < model.spec().layers(); layer++) {
            for (ChunkLayout.Part part : layout.parts()) {
                ParameterId id = part.id(layer);
                if (!model.isFrozen(id)) {
                    ready.put(id, parameters.in(part.dtype(), id));
                    layers.add(layer);
                }
            }
        }
    }

    /// The weights to compute a block with.
    LayerWeights over(LayerWeights frozen) {
        if (!layers.contains(frozen.layer())) {
            return frozen;
        }
        Map<Module, LinearWeights> linears = new EnumMap<>(frozen.linears());
        linears.replaceAll((module, weights) -> new LinearWeights(
                trainedOr(frozen.layer(), module, Part.WEIGHT, weights.weight()),
                weights.bias() == null ? null : trainedOr(frozen.layer(), module, Part.BIAS, weights.bias()),
                null,
                null));
        Map<Module, NormWeights> norms = new EnumMap<>(frozen.norms());
        norms.replaceAll((module, weights) -> new NormWeights(
                trainedOr(frozen.layer(), module, Part.WEIGHT, weights.weight()),
                weights.bias() == null ? null : trainedOr(frozen.layer(), module, Part.BIAS, weights.bias())));
        return new LayerWeights(frozen.layer(), linears, norms);
    }

    private Matrix trainedOr(int layer, Module module, Part part, Matrix frozen) {
        return ready.getOrDefault(new ParameterId(layer, module, part), frozen);
    }
}
