package dev.gantry.lora.memory;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.frozen.StreamedWeights;
import dev.gantry.offload.frozen.Transfers;
import dev.gantry.offload.plan.InferenceJob;
import dev.gantry.offload.plan.InferencePlan;
import dev.gantry.offload.plan.InferencePlanner;
import dev.gantry.offload.plan.InferenceRates;
import dev.gantry.offload.plan.KernelNeeds;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A model ready to answer: mapped and used where it lies, or within limits of memory on the tiers that a plan says.
/// Either way its answers have the same bits.
public final class PlacedModel implements AutoCloseable {
    private static final int USUAL_PROMPT_TOKENS = 256;

    private final ModelWeights weights;
    private final Runnable release;
    private final MemoryTiers tiers;
    private final @Nullable InferencePlan plan;
    private final @Nullable StreamedWeights streamed;

    /// What is asked.
    ///
    /// @param adapters applied on the fly
    /// @param sequences answered side by side
    /// @param capacity most tokens of one of them, 2 or more
    public record Use(ComputeType compute, Adapters adapters, int sequences, int capacity) {
        /// The planner's view: half of a short conversation, or the length of a usual prompt, is there already.
        InferenceJob job(StoredModel model) {
            Map<AdapterSite, Integer> ranks = new HashMap<>();
            adapters.sites().forEach((site, adapter) -> ranks.put(site, adapter.rank()));
            int half = Math.clamp(capacity / 2, 1, USUAL_PROMPT_TOKENS);
            return new InferenceJob(
                    model.spec(),
                    CheckpointModel.types(model.model()),
                    compute,
                    ranks,
                    model.trained(),
                    sequences,
                    capacity,
                    half,
                    half);
        }
    }

    private PlacedModel(ResidentWeights resident, MemoryTiers tiers) {
        this.weights = resident.weights();
        this.release = resident::close;
        this.tiers = tiers;
        this.plan = null;
        this.streamed = null;
    }

    private PlacedModel(StreamedWeights streamed, MemoryTiers tiers, InferencePlan plan) {
        this.weights = streamed.weights();
        this.release = streamed::close;
        this.tiers = tiers;
        this.plan = plan;
        this.streamed = streamed;
    }

    /// Says where everything would lie, without placing it.
    public static InferencePlan plan(Backend backend, StoredModel model, Use use, MemoryTiers tiers) {
        InferenceJob job = use.job(model);
        return planner(backend).plan(job, InferenceRates.USUAL, tiers.budgetsWith(KernelNeeds.bytes(backend, job)));
    }

    /// The same with the times of this machine, from a moment of probes.
    public static InferencePlan timedPlan(Backend backend, StoredModel model, Use use, MemoryTiers tiers)
            throws IOException {
        InferencePlan plan = plan(backend, model, use, tiers);
        long weights = plan.tier(Tier.DEVICE).bytes() + plan.tier(Tier.HOST).bytes();
        InferenceRates rates =
                InferenceRates.measure(backend, use.compute(), weights).withDisk(DiskRates.reading(model.places()));
        return planner(backend).timed(plan, rates);
    }

    private static InferencePlanner planner(Backend backend) {
        return new InferencePlanner(backend, Runtime.getRuntime().availableProcessors());
    }

    /// @param model stays with the caller
    /// @throws dev.gantry.engine.GantryException when limits were set that it does not fit
    public static PlacedModel open(Backend backend, StoredModel model, Use use, MemoryTiers tiers, Progress progress) {
        if (!tiers.areLimited()) {
            return new PlacedModel(new ResidentWeights(backend, model.model(), use.compute(), tiers.device()), tiers);
        }
        InferencePlan plan = fitting(backend, model, use, tiers);
        tiers.holdKernels(KernelNeeds.bytes(backend, plan.job()));
        return new PlacedModel(tiers.streamed(backend, model, use.compute(), plan.weights(), progress), tiers, plan);
    }

    private static InferencePlan fitting(Backend backend, StoredModel model, Use use, MemoryTiers tiers) {
        InferencePlan plan = plan(backend, model, use, tiers);
        if (!plan.fits()) {
            throw TooLittleMemory.forAnswering(plan);
        }
        return plan;
    }

    /// Makes sure that {@link #open} would find room, without opening anything.
    ///
    /// @throws dev.gantry.engine.GantryException when limits were set that the model does not fit
    public static void requireRoom(Backend backend, StoredModel model, Use use, MemoryTiers tiers) {
        if (tiers.areLimited()) {
            fitting(backend, model, use, tiers);
        }
    }

    public ModelWeights weights() {
        return weights;
    }

    /// Where activations lie.
    public MemoryAccount device() {
        return tiers.device();
    }

    /// Where keys and values lie.
    public MemoryAccount cacheTier() {
        InferencePlan planned = plan;
        return planned != null && planned.cache() == Tier.HOST ? tiers.host() : tiers.device();
    }

    /// Blocks that were brought to the device so far.
    public Transfers transfers() {
        StreamedWeights moving = streamed;
        return moving == null ? Transfers.NONE : moving.transfers();
    }

    /// Blocks of the head that were brought to the device so far.
    public Transfers headTransfers() {
        StreamedWeights moving = streamed;
        return moving == null ? Transfers.NONE : moving.headTransfers();
    }

    /// How it was laid out; empty where nothing was limited.
    public Optional<InferencePlan> plan() {
        return Optional.ofNullable(plan);
    }

    @Override
    public void close() {
        release.run();
    }
}
