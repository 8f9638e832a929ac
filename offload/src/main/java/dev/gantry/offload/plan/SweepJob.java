package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import java.util.Map;
import java.util.Set;

/// What a plan needs to know of passes over whole batches of a frozen model.
///
/// @param stored element type of each parameter in the checkpoint
/// @param overlaid parameters that lie on the device in f32 already
/// @param deviceBytes what passes, batches and whatever else there is take of the device beside the weights
/// @param rows tokens of a batch
/// @param summed elements of the largest matrix that is trained with these passes; 0 where nothing is
public record SweepJob(
        DecoderSpec spec,
        Map<ParameterId, DType> stored,
        ComputeType compute,
        Set<ParameterId> overlaid,
        long deviceBytes,
        int rows,
        long summed) {
    public SweepJob {
        stored = Map.copyOf(stored);
        overlaid = Set.copyOf(overlaid);
    }

    /// The model it sweeps over.
    ModelShapes shapes() {
        return new ModelShapes(spec, stored, compute);
    }
}
