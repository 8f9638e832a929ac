package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.collective.Ranks;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.frozen.ChunkLayout;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/// Bytes that the ranks of a job take, before any of them are taken.
///
/// @param ranks of each rank, by use
/// @param sharedBytes of what is made once and read by all
public record RankBytes(List<SortedMap<String, Long>> ranks, long sharedBytes) {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    public RankBytes {
        ranks = List.copyOf(ranks);
    }

    /// Of so many ranks in memory of the process.
    public static RankBytes measure(RankedJob job, int count) {
        try (RankDevices devices = RankDevices.onHost(count, _ -> new CpuBackend(1))) {
            return measure(job, devices);
        }
    }

    /// Bytes found by making the ranks without memory: the very code that allocates them counts.
    ///
    /// @param devices stay with the caller
    public static RankBytes measure(RankedJob job, RankDevices devices) {
        ShardPlan plan = new ShardPlan(job, devices.count());
        MemoryAccount shared = MemoryAccount.unlimited("shared");
        boolean read = devices.fabric().isShared();
        try (Ranks ranks = new Ranks(devices.shapes(), PATIENCE)) {
            FrozenBase base = read ? RankedTraining.base(job, TensorArena.measuring(shared, "weights")) : null;
            List<SortedMap<String, Long>> bytes = ranks.run(rank -> RankTrainer.measure(job, plan, rank, base));
            return new RankBytes(bytes, shared.heldBytes());
        }
    }

    /// Of all that a rank with memory of its own takes, what is blocks of a frozen model: its shares of them and those
    /// that are gathered, or those that it computes.
    public static long frozenBlocks(RankedJob job, int rank, int count) {
        long block = ChunkLayout.ready(job.spec(), job.compute()).bytes();
        int layers = job.spec().layers();
        return job.stage().includes(ZeroStage.PARAMETERS)
                ? Math.ceilDiv(layers * block, count) + Math.min(GatheredBlocks.SLOTS, layers) * block
                : job.span(rank).count() * block;
    }

    /// All that one rank takes.
    public long bytes(int rank) {
        return ranks.get(rank).values().stream().mapToLong(Long::longValue).sum();
    }

    /// What the ranks take together, with what they share.
    public long bytes() {
        long bytes = sharedBytes;
        for (int rank = 0; rank < ranks.size(); rank++) {
            bytes += bytes(rank);
        }
        return bytes;
    }
}
