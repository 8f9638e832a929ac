package dev.gantry.lora.adapter;

import dev.gantry.engine.decoder.Module;

/// How a family names its modules: `transformer.h.0.attn.c_attn` for GPT-2's q, k and v of block 0.
@FunctionalInterface
public interface ModulePaths {
    /// @param layer index of the block, or [dev.gantry.engine.decoder.ParameterId#NO_LAYER]
    String path(int layer, Module module);
}
