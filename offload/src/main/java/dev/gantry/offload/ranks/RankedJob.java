package dev.gantry.offload.ranks;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import java.util.List;
import java.util.Map;

/// What ranks train, and how.
///
/// @param tensors what is trained, in the order in which one rank would list it for its optimizer
/// @param base what is not trained
/// @param stage what is sharded; {@link ZeroStage#PARAMETERS} shards the blocks of a frozen base as well
/// @param maxGradientNorm limit of the global norm; 0 for none
/// @param extent sizes that memory is allocated for
public record RankedJob(
        DecoderSpec spec,
        ComputeType compute,
        List<TrainedTensor> tensors,
        Base base,
        ZeroStage stage,
        OptimizerSettings optimizer,
        double maxGradientNorm,
        Extent extent) {

    public RankedJob {
        tensors = List.copyOf(tensors);
    }

    /// Sizes of a step.
    ///
    /// @param maxTokens tokens of the largest micro-batch
    /// @param microBatches micro-batches of a step, over all ranks
    public record Extent(int maxTokens, int microBatches, Retention retention) {}

    /// What is not trained.
    public sealed interface Base {

        /// Nothing: all parameters of the model are trained.
        record AllTrained() implements Base {}

        /// A model whose parameters stay as they are, but for those among the trained tensors.
        ///
        /// @param model stays with the caller; only read
        /// @param adapters scales and dropout of the adapters among the trained tensors
        record Frozen(DecoderModel model, Map<AdapterSite, AdapterSettings> adapters) implements Base {
            public Frozen {
                adapters = Map.copyOf(adapters);
            }
        }
    }

    /// What an adapter has beside its matrices, see {@link dev.gantry.engine.pass.LowRank}.
    public record AdapterSettings(float scale, float dropout) {}
}
