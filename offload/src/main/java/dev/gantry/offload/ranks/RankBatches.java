package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.List;

/// Brings the micro-batches of a rank to where its kernels reach them: to a card; memory of the process needs nothing.
final class RankBatches {
    private final List<TokenBatch.Buffers> buffers = new ArrayList<>();

    /// @param arena of the rank's device
    RankBatches(RankedJob job, Rank rank, TensorArena arena) {
        int most = arena.memory().isHost() ? 0 : job.mostMicroBatches(rank.count());
        for (int mb = 0; mb < most; mb++) {
            buffers.add(new TokenBatch.Buffers(job.extent().maxTokens(), arena));
        }
    }

    /// The same tokens, valid until the next call.
    ///
    /// @param given in memory of the process, no more than this rank's share of a step
    List<TokenBatch> near(List<TokenBatch> given) {
        if (buffers.isEmpty()) {
            return given;
        }
        List<TokenBatch> near = new ArrayList<>();
        for (TokenBatch batch : given) {
            near.add(buffers.get(near.size()).fill(batch));
        }
        return near;
    }
}
