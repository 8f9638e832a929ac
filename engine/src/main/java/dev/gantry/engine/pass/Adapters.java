package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.Module;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The adapters that a pass applies.
public record Adapters(Map<AdapterSite, LowRank> sites) {
    /// The base model alone.
    public static final Adapters NONE = new Adapters(Map.of());

    public Adapters {
        sites = Map.copyOf(sites);
    }

    public @Nullable LowRank at(int layer, Module module) {
        return sites.isEmpty() ? null : sites.get(new AdapterSite(layer, module));
    }

    /// Largest rank, 0 without adapters.
    public int maxRank() {
        return sites.values().stream().mapToInt(LowRank::rank).max().orElse(0);
    }
}
