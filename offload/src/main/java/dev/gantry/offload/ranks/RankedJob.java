package dev.gantry.offload.ranks;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.BlockSpan;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import java.util.List;
import java.util.Map;

/// What ranks train, and how.
///
/// @param tensors what is trained, in the order in which one rank would list it for its optimizer
/// @param base what is not trained
/// @param division who computes what; with {@link ZeroStage#PARAMETERS} the blocks of a frozen base are shared as well
/// @param maxGradientNorm limit of the global norm; 0 for none
/// @param extent sizes that memory is allocated for
public record RankedJob(
        DecoderSpec spec,
        ComputeType compute,
        List<TrainedTensor> tensors,
        Base base,
        Division division,
        OptimizerSettings optimizer,
        double maxGradientNorm,
        Extent extent) {

    public RankedJob {
        tensors = List.copyOf(tensors);
    }

    /// How a step is divided among the ranks.
    public sealed interface Division {

        /// Each computes some of the micro-batches, with all blocks.
        record ByMicroBatches(ZeroStage stage) implements Division {}

        /// Each computes some neighbouring blocks, of all micro-batches, and holds what belongs to them; the first has
        /// the embedding, the last the head.
        ///
        /// @param counts blocks of each rank, at least one
        record ByBlocks(List<Integer> counts) implements Division {
            public ByBlocks {
                counts = List.copyOf(counts);
                if (counts.stream().anyMatch(count -> count < 1)) {
                    throw new IllegalArgumentException("a rank without a block among " + counts);
                }
            }

            /// The blocks of a rank.
            public BlockSpan span(int rank) {
                int first = before(rank);
                return new BlockSpan(first, first + counts.get(rank), before(counts.size()));
            }

            private int before(int rank) {
                return counts.stream().limit(rank).mapToInt(Integer::intValue).sum();
            }
        }
    }

    /// What is held once by all ranks together; where blocks are dealt, that is all that is trained, block by block.
    public ZeroStage stage() {
        return switch (division) {
            case Division.ByMicroBatches(ZeroStage stage) -> stage;
            case Division.ByBlocks _ -> ZeroStage.OPTIMIZER;
        };
    }

    /// Micro-batches of the largest step that a rank computes.
    int mostMicroBatches(int ranks) {
        return switch (division) {
            case Division.ByMicroBatches _ -> MicroBatchShare.most(extent.microBatches(), ranks);
            case Division.ByBlocks _ -> extent.microBatches();
        };
    }

    /// Blocks that a rank computes.
    public BlockSpan span(int rank) {
        return switch (division) {
            case Division.ByMicroBatches _ -> BlockSpan.all(spec.layers());
            case Division.ByBlocks dealt -> dealt.span(rank);
        };
    }

    /// Sizes of a step.
    ///
    /// @param maxTokens tokens of the largest micro-batch
    /// @param microBatches micro-batches of a step, over all ranks
    /// @param answers whether the first rank answers between steps, with blocks of all ranks
    public record Extent(int maxTokens, int microBatches, Retention retention, boolean answers) {}

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
