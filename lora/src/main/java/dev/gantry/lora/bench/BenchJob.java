package dev.gantry.lora.bench;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.plan.TrainingJob;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is trained in a bench: a {@link BenchTrainee} of weights that are stored as they are computed with, a label on
/// every token.
///
/// @param batch sequences of a micro-batch
/// @param length tokens of each
record BenchJob(DecoderSpec spec, ComputeType compute, int rank, int batch, int length, int microBatches) {

    /// As a plan sees it.
    ///
    /// @param retention null for the plan to choose
    TrainingJob planned(@Nullable Retention retention) {
        Map<ParameterId, DType> stored = new HashMap<>();
        DecoderParameters.of(spec).forEach(parameter -> stored.put(parameter.id(), compute.dtype()));
        Map<AdapterSite, Integer> ranks = new HashMap<>();
        BenchTrainee.sites(spec).forEach(site -> ranks.put(site, rank));
        int tokens = Math.multiplyExact(batch, length);
        return new TrainingJob(spec, stored, compute, ranks, 0, Set.of(), tokens, microBatches, 0, retention, 1)
                .withText(new TrainingJob.Text(length, 1));
    }
}
