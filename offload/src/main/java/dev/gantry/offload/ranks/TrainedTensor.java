package dev.gantry.offload.ranks;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.AdapterSite;

/// A tensor that ranks train together.
///
/// @param name unique in a run; checkpoints keep it under this name
/// @param rows of the matrix; a vector is one row
public record TrainedTensor(String name, Slot slot, int rows, int columns, WeightDecay weightDecay) {

    /// What a tensor is to the model.
    public sealed interface Slot {
        /// The block it belongs to, or {@link ParameterId#NO_LAYER}.
        int layer();

        /// A parameter of the model.
        record Parameter(ParameterId id) implements Slot {
            @Override
            public int layer() {
                return id.layer();
            }
        }

        /// The first matrix of an adapter, `[r, in]`.
        record LowRankA(AdapterSite site) implements Slot {
            @Override
            public int layer() {
                return site.layer();
            }
        }

        /// The second matrix of an adapter, `[out, r]`.
        record LowRankB(AdapterSite site) implements Slot {
            @Override
            public int layer() {
                return site.layer();
            }
        }
    }

    public long elements() {
        return (long) rows * columns;
    }
}
