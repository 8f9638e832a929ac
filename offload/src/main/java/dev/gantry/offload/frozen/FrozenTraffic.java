package dev.gantry.offload.frozen;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.BlockFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What the weights of a model will move, told before anything is placed: the counts of the schedule that loaders
/// follow, times the bytes of what they copy.
///
/// A plan that reads a copy of the blocks is counted as if the copy were there.
public final class FrozenTraffic {
    private final StoredModel model;
    private final ComputeType compute;
    private final Map<Integer, Transfers> fromOwnFiles = new HashMap<>();

    /// Looks up where the model's files hold its chunks.
    ///
    /// @param pieceBytes largest request
    /// @throws dev.gantry.engine.GantryException when a file cannot be opened
    public FrozenTraffic(StoredModel model, ComputeType compute, int pieceBytes) {
        this.model = model;
        this.compute = compute;
        int layers = model.spec().layers();
        FrozenPlan anywhere = FrozenPlan.spread(layers, 0, layers, 1);
        List<Chunk> chunks = new ArrayList<>(Chunk.blocks(model, compute, anywhere));
        chunks.addAll(Chunk.head(model, compute, anywhere));
        try (CheckpointFiles files = new CheckpointFiles(
                StoredChunks.files(model, chunks), file -> BlockFile.open(file, BlockFile.Use.READ))) {
            StoredChunks stored = new StoredChunks(model, files, pieceBytes);
            for (Chunk chunk : chunks) {
                if (stored.isInFiles(chunk)) {
                    fromOwnFiles.put(chunk.ordinal(), Transfers.NONE.plus(stored.home(chunk, chunk.ready())));
                }
            }
        }
    }

    /// What blocks of the decoder move in `sweeps` like sweeps, once the ring has settled.
    public Transfers blocks(FrozenPlan plan, Sweep sweep, int sweeps) {
        return settled(Chunk.blocks(model, compute, plan), plan, plan.slots(), plan.lead(), sweep, sweeps);
    }

    /// What blocks of the head move in `sweeps` like sweeps of the head, once its ring has settled.
    public Transfers head(FrozenPlan plan, Sweep sweep, int sweeps) {
        List<Chunk> chunks = Chunk.streamedHead(model, compute, plan);
        int slots = Math.min(plan.head().slots(), chunks.size());
        return settled(chunks, plan, slots, Math.clamp(slots - 1, 0, 1), sweep, sweeps);
    }

    private Transfers settled(List<Chunk> chunks, FrozenPlan plan, int slots, int lead, Sweep sweep, int sweeps) {
        int[] moving = IntStream.range(0, chunks.size())
                .filter(i -> chunks.get(i).tier() != Tier.DEVICE)
                .toArray();
        Transfers sum = Transfers.NONE;
        if (moving.length == 0) {
            return sum;
        }
        int[] visits = RingSchedule.visits(sweep, moving);
        int[] contents = RingSchedule.emptySlots(slots);
        // a forward cycle repeats after fewer sweeps than it has blocks; a step there and back after the first
        int settling = sweep == Sweep.FORWARD ? moving.length : 1;
        for (int s = 0; s < settling + sweeps; s++) {
            RingSchedule schedule = RingSchedule.of(contents, visits, lead);
            contents = schedule.contentsAfter();
            if (s >= settling) {
                for (RingSchedule.Load load : schedule.loads()) {
                    sum = sum.plus(moved(chunks.get(load.block()), plan));
                }
            }
        }
        return sum;
    }

    private Transfers moved(Chunk chunk, FrozenPlan plan) {
        if (chunk.tier() == Tier.HOST) {
            return new Transfers(1, chunk.host().payloadBytes(), 0, 0, 0, 0);
        }
        if (plan.reading().relaid() != null) {
            boolean raw = chunk.wire().equals(chunk.ready());
            long bytes = raw ? chunk.wire().bytes() : chunk.wire().payloadBytes();
            return new Transfers(0, 0, 1, bytes, chunk.wire().bytes(), 0);
        }
        Transfers own = fromOwnFiles.get(chunk.ordinal());
        if (own == null) {
            throw new IllegalArgumentException("chunk " + chunk.ordinal() + " lies in no file as it is used");
        }
        return own;
    }
}
