package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.FrozenPlan.Head;
import dev.gantry.offload.frozen.FrozenPlan.Waiting;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.frozen.StreamedWeights;
import dev.gantry.offload.trainable.TrainablePlan.Count;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import java.util.HashMap;
import java.util.Map;

/// Lays the frozen blocks of a model out in what a job leaves of its budgets: on each tier as many as it holds.
final class BlockFilling {
    private static final int HOST_SHARES_FOR_READING = 4;
    private static final int RINGS = 2; // of blocks and of the head
    private static final long LEAST_PIECE_BYTES = 64 << 10;

    private final Backend backend;
    private final ModelShapes model;
    private final StoredModel stored;
    private final Budgets budgets;
    private final Map<FrozenPlan, Taken> measured = new HashMap<>();
    private final Map<Wish, FrozenPlan> filled = new HashMap<>();

    /// @param stored the model, with memory or without
    BlockFilling(Backend backend, ModelShapes model, StoredModel stored, Budgets budgets) {
        this.backend = backend;
        this.model = model;
        this.stored = stored;
        this.budgets = budgets;
    }

    /// What weights take of each tier.
    record Taken(long deviceBytes, long hostBytes) {}

    /// What everything but the weights takes, and how the weights are to lie.
    ///
    /// @param takenOnDevice by the job beside its weights
    /// @param takenOnHost by the job beside its weights
    record Wish(Head head, Waiting waiting, int slots, long takenOnDevice, long takenOnHost) {}

    /// The plan with the most blocks on the device, then in host memory; or as somebody has placed them.
    FrozenPlan fill(Wish wish) {
        return filled.computeIfAbsent(wish, this::filling);
    }

    private FrozenPlan filling(Wish wish) {
        int layers = model.spec().layers();
        Share asked = budgets.placed().blocks();
        if (asked != null) {
            Count placed = Count.of(asked, layers);
            return plan(wish, placed.device(), placed.host());
        }
        long blockBytes = model.ready().bytes();
        FrozenPlan none = plan(wish, 0, 0);
        Taken least = taken(none);
        long ring = none.slots() * blockBytes;
        long free = budgets.deviceBytes() - wish.takenOnDevice() - (least.deviceBytes() - ring);
        int all = fitting(free, blockBytes, layers);
        int onDevice = all == layers ? all : fitting(free - ring, blockBytes, layers - 1);
        long freeOnHost = budgets.hostBytes() - wish.takenOnHost() - least.hostBytes();
        int onHost = fitting(freeOnHost, model.waitingBytes(wish.waiting()), layers - onDevice);
        return plan(wish, onDevice, onHost);
    }

    /// What the weights of a plan take, by the code that allocates them.
    Taken taken(FrozenPlan plan) {
        return measured.computeIfAbsent(plan, this::measure);
    }

    private Taken measure(FrozenPlan plan) {
        MemoryAccount device = backend.unlimited();
        MemoryAccount host = MemoryAccount.unlimited("host");
        StreamedWeights.measure(backend, stored, model.compute(), plan, new StreamedWeights.Budgets(device, host));
        return new Taken(device.peakBytes(), host.peakBytes());
    }

    private FrozenPlan plan(Wish wish, int onDevice, int onHost) {
        int layers = model.spec().layers();
        FrozenPlan plan = FrozenPlan.spread(layers, onDevice, onHost, Math.min(wish.slots(), layers))
                .with(wish.head())
                .with(wish.waiting());
        return plan.with(reading(wish));
    }

    /// Buffers for reading take no more than their share of a small host.
    private FrozenPlan.Reading reading(Wish wish) {
        FrozenPlan.Reading usual = FrozenPlan.Reading.STANDARD;
        int rings = wish.head().slots() == 0 ? 1 : RINGS;
        long free = Math.max(0, budgets.hostBytes() - wish.takenOnHost() - headOnHost(wish));
        long share = free / HOST_SHARES_FOR_READING / rings / usual.buffers();
        long blocks = Math.clamp(share, LEAST_PIECE_BYTES, usual.pieceBytes()) / ChunkLayout.CHUNK_ALIGNMENT_BYTES;
        int pieceBytes = (int) (blocks * ChunkLayout.CHUNK_ALIGNMENT_BYTES);
        return new FrozenPlan.Reading(usual.buffers(), pieceBytes, budgets.diskFolder());
    }

    private long headOnHost(Wish wish) {
        if (wish.head().home() != Tier.HOST) {
            return 0;
        }
        return model.headBytes(wish.waiting());
    }

    private static int fitting(long free, long each, int most) {
        return Math.clamp(free / each, 0, most);
    }
}
