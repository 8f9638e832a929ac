package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.decoder.DecoderSpec.Head;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.Gradients.LowRankGradient;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.ranks.TrainedTensor.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one rank computes with: the model, its adapters and the places for gradients, as views of its memory.
final class RankModel {
    private final RankedJob job;
    private final ShardPlan plan;
    private final Rank rank;
    private final RankMemory memory;
    private final @Nullable TiedTable tied; // where the table and the head are on two ranks
    private final @Nullable Matrix tiedHead; // the trained token table in the compute type
    private final LayerSource blocks;
    private final ModelWeights weights;
    private final Adapters adapters;
    private final Gradients gradients;

    /// All ranks call this together.
    ///
    /// @param base what is not trained; null when everything is
    RankModel(RankedJob job, ShardPlan plan, Rank rank, RankMemory memory, @Nullable FrozenBase base) {
        this.job = job;
        this.plan = plan;
        this.rank = rank;
        this.memory = memory;
        this.tied = TiedTable.of(plan, rank, memory);
        this.tiedHead = tiedHead();
        TrainedWeights trained = new TrainedWeights(job.spec(), job.compute(), parameters(), tiedHead);
        if (base != null) {
            this.blocks = base.blocks(rank, memory.weightArena());
            this.weights = trained.over(base.outer(), base.head(), blocks);
        } else if (plan.stage().includes(ZeroStage.PARAMETERS)) {
            this.blocks = gathered();
            this.weights = trained.alone(blocks);
        } else {
            this.weights = trained.alone(null);
            this.blocks = weights.layers();
        }
        this.adapters = makeAdapters();
        this.gradients = makeGradients();
    }

    private @Nullable Matrix tiedHead() {
        UnitLayout.Part table = plan.tiedTable();
        if (table == null || job.spec().head() != Head.TIED || !plan.holds(plan.head(), rank.number())) {
            return null;
        }
        if (job.compute() == ComputeType.F32) {
            return values(table);
        }
        return memory.weightArena()
                .matrix(
                        job.compute().dtype(),
                        table.tensor().rows(),
                        table.tensor().columns());
    }

    /// The table's values on the rank of the head.
    private Matrix values(UnitLayout.Part table) {
        return tied != null
                ? tied.values()
                : table.ready(memory.unit(plan.embedding()).ready());
    }

    private Map<ParameterId, Matrix> parameters() {
        Map<ParameterId, Matrix> parameters = new HashMap<>();
        forEachHeldPart((unit, part) -> {
            if (part.tensor().slot() instanceof Slot.Parameter parameter) {
                parameters.put(parameter.id(), part.ready(unit.ready()));
            }
        });
        return parameters;
    }

    private void forEachHeldPart(PartAction action) {
        for (UnitMemory unit : memory.units()) {
            if (unit.isWhole()) {
                unit.layout().parts().forEach(part -> action.accept(unit, part));
            }
        }
    }

    private interface PartAction {
        void accept(UnitMemory unit, UnitLayout.Part part);
    }

    private GatheredBlocks gathered() {
        UnitLayout block = plan.unit(plan.block(0));
        List<Long> starts = new ArrayList<>();
        List<Long> bytes = new ArrayList<>();
        for (int other = 0; other < rank.count(); other++) {
            starts.add(block.readyStart(other));
            bytes.add(block.readyShareBytes(other));
        }
        return new GatheredBlocks(
                rank.communicator().window(memory.blockShares()),
                new GatheredBlocks.ShareBytes(starts, bytes),
                ChunkLayout.ready(job.spec(), job.compute()),
                plan.layers(),
                memory.weightArena());
    }

    private Adapters makeAdapters() {
        Map<AdapterSite, Matrix> as = new HashMap<>();
        Map<AdapterSite, Matrix> bs = new HashMap<>();
        forEachHeldPart((unit, part) -> {
            switch (part.tensor().slot()) {
                case Slot.LowRankA a -> as.put(a.site(), part.ready(unit.ready()));
                case Slot.LowRankB b -> bs.put(b.site(), part.ready(unit.ready()));
                case Slot.Parameter parameter -> {}
            }
        });
        Map<AdapterSite, LowRank> sites = new HashMap<>();
        as.forEach((site, a) -> {
            RankedJob.AdapterSettings settings = settings(site);
            Matrix b = Objects.requireNonNull(bs.get(site), () -> "no B of the adapter at " + site);
            sites.put(site, new LowRank(a, b, settings.scale(), settings.dropout()));
        });
        return new Adapters(sites);
    }

    private RankedJob.AdapterSettings settings(AdapterSite site) {
        return switch (job.base()) {
            case RankedJob.Base.Frozen frozen ->
                Objects.requireNonNull(frozen.adapters().get(site), site::toString);
            case RankedJob.Base.AllTrained all ->
                throw new IllegalArgumentException("an adapter at " + site + " beside a model that is trained itself");
        };
    }

    private Gradients makeGradients() {
        Map<ParameterId, Matrix> parameters = new HashMap<>();
        Map<AdapterSite, Matrix> das = new HashMap<>();
        Map<AdapterSite, Matrix> dbs = new HashMap<>();
        for (int number = 0; number < plan.units(); number++) {
            if (!plan.holds(number, rank.number())) {
                continue;
            }
            UnitMemory unit = memory.unit(number);
            for (UnitLayout.Part part : unit.layout().parts()) {
                Matrix gradient = part.flat(unit.work());
                switch (part.tensor().slot()) {
                    case Slot.Parameter parameter -> parameters.put(parameter.id(), gradient);
                    case Slot.LowRankA a -> das.put(a.site(), gradient);
                    case Slot.LowRankB b -> dbs.put(b.site(), gradient);
                }
            }
        }
        if (tied != null && tied.isCopy()) {
            parameters.put(ParameterId.weight(Module.TOKEN_EMBEDDING), tied.gradient());
        }
        Map<AdapterSite, LowRankGradient> lowRank = new HashMap<>();
        das.forEach((site, da) -> lowRank.put(site, new LowRankGradient(da, Objects.requireNonNull(dbs.get(site)))));
        return new Gradients(parameters, lowRank);
    }

    /// Brings everything derived from the masters up to date; all ranks call this together.
    void publish() {
        memory.publish();
        if (tied != null) {
            tied.passValues();
        }
        UnitLayout.Part table = plan.tiedTable();
        if (tiedHead != null && table != null && job.compute() != ComputeType.F32) {
            rank.backend().elements().copy(values(table), tiedHead);
        }
        if (blocks instanceof GatheredBlocks gathered && job.base() instanceof RankedJob.Base.AllTrained) {
            gathered.forget();
        }
    }

    @Nullable
    TiedTable tied() {
        return tied;
    }

    ModelWeights weights() {
        return weights;
    }

    Adapters adapters() {
        return adapters;
    }

    Gradients gradients() {
        return gradients;
    }

    /// Blocks gathered from the ranks so far.
    long gathers() {
        return blocks instanceof GatheredBlocks gathered ? gathered.gathers() : 0;
    }
}
