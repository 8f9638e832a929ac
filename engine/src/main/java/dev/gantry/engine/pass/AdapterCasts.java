package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.HashMap;
import java.util.Map;

/// Adapters rounded to the compute type for products; their f32 masters stay with whoever trains them.
final class AdapterCasts {
    private final ComputeType compute;
    private final Map<AdapterSite, LowRank> copies = new HashMap<>();

    AdapterCasts(ComputeType compute, Adapters adapters, TensorArena arena) {
        this.compute = compute;
        if (compute == ComputeType.F32) {
            return;
        }
        adapters.sites().forEach((site, adapter) -> {
            Matrix a = arena.matrix(
                    compute.dtype(), adapter.a().rows(), adapter.a().columns());
            Matrix b = arena.matrix(
                    compute.dtype(), adapter.b().rows(), adapter.b().columns());
            copies.put(site, new LowRank(a, b, adapter.scale(), adapter.dropout()));
        });
    }

    /// The adapters to compute with, up to date with their masters.
    Adapters refresh(Backend backend, Adapters masters) {
        if (compute == ComputeType.F32 || masters.sites().isEmpty()) {
            return masters;
        }
        Map<AdapterSite, LowRank> current = new HashMap<>();
        masters.sites().forEach((site, master) -> {
            LowRank copy = copies.get(site);
            if (copy == null) {
                throw new IllegalArgumentException("no memory was planned for an adapter on " + site);
            }
            backend.elements().copy(master.a(), copy.a());
            backend.elements().copy(master.b(), copy.b());
            current.put(site, new LowRank(copy.a(), copy.b(), master.scale(), master.dropout()));
        });
        return new Adapters(current);
    }
}
