package dev.gantry.engine.decoder;

import java.util.Locale;

/// The engine's own name of one parameter tensor, the same for all families.
///
/// @param layer index of the block, or {@link #NO_LAYER}
public record ParameterId(int layer, Module module, Part part) {
    /// Layer of parameters outside the blocks.
    public static final int NO_LAYER = -1;

    public ParameterId {
        if ((layer >= 0) != module.isInLayer()) {
            throw new IllegalArgumentException(module + " with layer " + layer);
        }
    }

    /// Which tensor of a module.
    public enum Part {
        WEIGHT,
        BIAS
    }

    public static ParameterId weight(int layer, Module module) {
        return new ParameterId(layer, module, Part.WEIGHT);
    }

    public static ParameterId bias(int layer, Module module) {
        return new ParameterId(layer, module, Part.BIAS);
    }

    public static ParameterId weight(Module module) {
        return weight(NO_LAYER, module);
    }

    public static ParameterId bias(Module module) {
        return bias(NO_LAYER, module);
    }

    /// Written as `layers.3.mlp_up.weight`.
    @Override
    public String toString() {
        String name = (module + "." + part).toLowerCase(Locale.ROOT);
        return layer >= 0 ? "layers." + layer + "." + name : name;
    }
}
