package dev.gantry.lora.memory;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.BlockwiseWeights;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.progress.Progress;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.frozen.StreamedWeights;
import dev.gantry.offload.frozen.Transfers;
import dev.gantry.offload.plan.KernelNeeds;
import dev.gantry.offload.plan.SweepJob;
import dev.gantry.offload.plan.SweepPlan;
import dev.gantry.offload.plan.SweepPlanner;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A model ready for passes over whole batches: used where it lies, or within limits of memory streamed through what
/// the passes leave of them. Either way it computes the same bits.
public final class SweptModel implements AutoCloseable {
    private final ModelWeights weights;
    private final Runnable refresh;
    private final Runnable release;
    private final @Nullable SweepPlan plan;
    private final @Nullable StreamedWeights streamed;

    /// What is swept through it.
    ///
    /// @param rows tokens of a batch
    /// @param deviceBytes what will be taken of the device beside the weights, and is not yet
    /// @param summed elements of the largest matrix that is trained with it; 0 where nothing is
    public record Use(ComputeType compute, int rows, long deviceBytes, long summed) {
        SweepJob job(StoredModel model, MemoryTiers tiers) {
            return new SweepJob(
                    model.spec(),
                    CheckpointModel.types(model.model()),
                    compute,
                    model.trained(),
                    tiers.device().heldBytes() - tiers.heldByKernels() + deviceBytes,
                    rows,
                    summed);
        }
    }

    private SweptModel(ModelWeights weights, Runnable refresh, Runnable release) {
        this.weights = weights;
        this.refresh = refresh;
        this.release = release;
        this.plan = null;
        this.streamed = null;
    }

    private SweptModel(StreamedWeights streamed, SweepPlan plan) {
        this.weights = streamed.weights();
        this.refresh = streamed::refresh;
        this.release = streamed::close;
        this.plan = plan;
        this.streamed = streamed;
    }

    /// How passes work through the head: a head that may pass through the device in blocks is taken block by block.
    public static HeadOrder headOrder(MemoryTiers tiers) {
        return tiers.areLimited() ? HeadOrder.BLOCKS_OUTSIDE : HeadOrder.SLICES_OUTSIDE;
    }

    /// For many sweeps: where nothing is limited, what must be converted is converted once. A model all of whose
    /// parameters are trained lies on the device already.
    ///
    /// @param model stays with the caller
    /// @throws dev.gantry.engine.GantryException when limits were set that it does not fit
    public static SweptModel open(Backend backend, StoredModel model, Use use, MemoryTiers tiers) {
        boolean placed = model.trained().containsAll(model.model().parameters().keySet());
        if (tiers.areLimited() && !placed) {
            return streamed(backend, model, use, tiers);
        }
        ResidentWeights resident = new ResidentWeights(backend, model.model(), use.compute(), tiers.device());
        return new SweptModel(resident.weights(), resident::refresh, resident::close);
    }

    /// For a few sweeps: where nothing is limited, what must be converted is converted block by block in each.
    ///
    /// @param model stays with the caller; nothing of it changes
    /// @throws dev.gantry.engine.GantryException when limits were set that it does not fit
    public static SweptModel openBriefly(Backend backend, StoredModel model, Use use, MemoryTiers tiers) {
        if (tiers.areLimited()) {
            return streamed(backend, model, use, tiers);
        }
        BlockwiseWeights blockwise = new BlockwiseWeights(backend, model.model(), use.compute(), tiers.device());
        return new SweptModel(blockwise.weights(), () -> {}, blockwise::close);
    }

    private static SweptModel streamed(Backend backend, StoredModel model, Use use, MemoryTiers tiers) {
        SweepJob job = use.job(model, tiers);
        SweepPlan plan = fitting(backend, job, tiers);
        tiers.holdKernels(KernelNeeds.bytes(backend, job));
        return new SweptModel(tiers.streamed(backend, model, use.compute(), plan.weights(), Progress.silent()), plan);
    }

    private static SweepPlan fitting(Backend backend, SweepJob job, MemoryTiers tiers) {
        SweepPlan plan = new SweepPlanner(backend).plan(job, tiers.budgetsWith(KernelNeeds.bytes(backend, job)));
        if (!plan.fits()) {
            throw TooLittleMemory.forSweeping(plan);
        }
        return plan;
    }

    /// Makes sure that there is room, without opening anything.
    ///
    /// @throws dev.gantry.engine.GantryException when limits were set that the model does not fit
    public static void requireRoom(Backend backend, StoredModel model, Use use, MemoryTiers tiers) {
        if (tiers.areLimited()) {
            fitting(backend, use.job(model, tiers), tiers);
        }
    }

    public ModelWeights weights() {
        return weights;
    }

    /// Brings copies of parameters up to date that lie on the device already and have changed.
    public void refresh() {
        refresh.run();
    }

    /// Blocks that were brought to the device so far.
    public Transfers transfers() {
        StreamedWeights moving = streamed;
        return moving == null ? Transfers.NONE : moving.transfers();
    }

    /// How it was laid out; empty where nothing was limited.
    public Optional<SweepPlan> plan() {
        return Optional.ofNullable(plan);
    }

    @Override
    public void close() {
        release.run();
    }
}
