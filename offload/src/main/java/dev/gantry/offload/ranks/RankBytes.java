package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Ranks;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Bytes that the ranks of a job take, before any of them are taken.
///
/// @param ranks of each rank, by use
/// @param sharedBytes of what is made once and read by all
public record RankBytes(List<SortedMap<String, Long>> ranks, long sharedBytes) {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    public RankBytes {
        ranks = List.copyOf(ranks);
    }

    /// Bytes found by making the ranks without memory: the very code that allocates them counts.
    ///
    /// @param count how many ranks
    public static RankBytes measure(RankedJob job, int count) {
        ShardPlan plan = new ShardPlan(job, count);
        MemoryAccount shared = MemoryAccount.unlimited("shared");
        try (Ranks ranks = new Ranks(count, PATIENCE, _ -> new CpuBackend(1))) {
            @Nullable FrozenBase base = RankedTraining.base(job, TensorArena.measuring(shared, "weights"));
            List<SortedMap<String, Long>> bytes = ranks.run(rank -> RankTrainer.measure(job, plan, rank, base));
            return new RankBytes(bytes, shared.heldBytes());
        }
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
