package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.offload.frozen.StreamedWeights.Budgets;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.BufferedFile;

/// Streamed weights as tests want them.
final class Streamed {
    private Streamed() {}

    static StreamedWeights of(Backend backend, StoredModel model, ComputeType compute, FrozenPlan plan) {
        return within(backend, model, compute, plan, Budgets.unlimited());
    }

    static StreamedWeights within(
            Backend backend, StoredModel model, ComputeType compute, FrozenPlan plan, Budgets budgets) {
        return new StreamedWeights(backend, model, compute, plan, budgets, Progress.silent());
    }

    /// Through the page cache: many runs over tiny files would otherwise wait for the disk alone.
    static StreamedWeights cached(Backend backend, StoredModel model, ComputeType compute, FrozenPlan plan) {
        return new StreamedWeights(
                backend,
                model,
                compute,
                plan,
                Budgets.unlimited(),
                Progress.silent(),
                file -> BufferedFile.open(file, BlockFile.Use.READ));
    }
}
