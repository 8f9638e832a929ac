package dev.gantry.offload.ranks;

import dev.gantry.engine.decoder.DecoderSpec.Head;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.ranks.RankedJob.Division.ByBlocks;
import dev.gantry.offload.ranks.TrainedTensor.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What is trained, unit by unit in the order the backward leaves them: the head, the blocks from the last to the
/// first, the embedding.
final class ShardPlan {
    private final int layers;
    private final int ranks;
    private final ZeroStage stage;
    private final @Nullable ByBlocks dealt;
    private final boolean wholeModel;
    private final List<TrainedTensor> tensors;
    private final List<UnitLayout> units;
    private final UnitLayout.@Nullable Part tiedTable;

    ShardPlan(RankedJob job, int ranks) {
        this.layers = job.spec().layers();
        this.ranks = ranks;
        this.stage = job.stage();
        this.dealt = job.division() instanceof ByBlocks blocks ? blocks : null;
        this.wholeModel = job.base() instanceof RankedJob.Base.AllTrained;
        this.tensors = job.tensors();
        Sharing sharing = new Sharing(ranks, !isSharded(), Sharing.Grain.of(job.optimizer()));
        List<List<UnitLayout.Entry>> entries = new ArrayList<>();
        for (int unit = 0; unit < layers + 2; unit++) {
            entries.add(new ArrayList<>());
        }
        for (int index = 0; index < tensors.size(); index++) {
            TrainedTensor tensor = tensors.get(index);
            entries.get(unitOf(tensor.slot()))
                    .add(new UnitLayout.Entry(tensor, index, readyType(tensor.slot(), job.compute())));
        }
        this.units = IntStream.range(0, units())
                .mapToObj(unit -> new UnitLayout(entries.get(unit), cutting(unit, sharing)))
                .toList();
        this.tiedTable = job.spec().head() == Head.TIED ? table() : null;
    }

    private UnitLayout.Cutting cutting(int unit, Sharing sharing) {
        if (dealt == null) {
            return sharing;
        }
        int owner = owner(unit, dealt);
        return (_, elements) -> Cuts.ofOwner(owner, ranks, elements);
    }

    private int owner(int unit, ByBlocks blocks) {
        int layer = Math.clamp(layers - unit, 0, layers - 1); // the embedding is with the first, the head with the last
        return IntStream.range(0, ranks)
                .filter(rank -> blocks.span(rank).contains(layer))
                .findFirst()
                .orElseThrow();
    }

    private UnitLayout.@Nullable Part table() {
        for (UnitLayout.Part part : unit(embedding()).parts()) {
            if (part.tensor().slot() instanceof Slot.Parameter parameter
                    && parameter.id().equals(ParameterId.weight(Module.TOKEN_EMBEDDING))) {
                return part;
            }
        }
        return null;
    }

    private static DType readyType(Slot slot, ComputeType compute) {
        return switch (slot) {
            case Slot.Parameter p
            when p.id().part() == ParameterId.Part.WEIGHT && p.id().module().isLinear() -> compute.dtype();
            case Slot.Parameter p -> DType.F32;
            case Slot.LowRankA a -> DType.F32;
            case Slot.LowRankB b -> DType.F32;
        };
    }

    private int unitOf(Slot slot) {
        if (slot.layer() != ParameterId.NO_LAYER) {
            return block(slot.layer());
        }
        Module module = ((Slot.Parameter) slot).id().module();
        return switch (module) {
            case TOKEN_EMBEDDING, PROJECT_IN, POSITION_EMBEDDING, EMBEDDING_NORM -> embedding();
            default -> head();
        };
    }

    int ranks() {
        return ranks;
    }

    ZeroStage stage() {
        return stage;
    }

    List<TrainedTensor> tensors() {
        return tensors;
    }

    int layers() {
        return layers;
    }

    /// How many units there are, some of them perhaps empty.
    int units() {
        return layers + 2;
    }

    int head() {
        return 0;
    }

    int block(int layer) {
        return layers - layer;
    }

    int embedding() {
        return layers + 1;
    }

    boolean isBlock(int unit) {
        return unit > head() && unit < embedding();
    }

    UnitLayout unit(int unit) {
        return units.get(unit);
    }

    /// The trained token table, where the head adds to its gradient before the embedding does; or null.
    UnitLayout.@Nullable Part tiedTable() {
        return tiedTable;
    }

    /// Whether shares differ from rank to rank.
    boolean isSharded() {
        return stage.includes(ZeroStage.OPTIMIZER);
    }

    /// Whether each rank has blocks of its own, instead of all of them.
    boolean isDealt() {
        return dealt != null;
    }

    /// Whether a rank holds anything of a unit.
    boolean holds(int unit, int rank) {
        return dealt == null || owner(unit, dealt) == rank;
    }

    /// Whether a unit's ready weights are held in shares: blocks that are trained as a whole.
    boolean isGathered(int unit) {
        return wholeModel && stage.includes(ZeroStage.PARAMETERS) && isBlock(unit);
    }
}
