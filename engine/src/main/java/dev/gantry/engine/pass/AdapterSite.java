package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.Module;

/// A linear module of one block: where an adapter sits.
public record AdapterSite(int layer, Module module) {

    public AdapterSite {
        if (!module.isInLayer() || !module.isLinear()) {
            throw new IllegalArgumentException("no adapter can sit on " + module);
        }
    }
}
