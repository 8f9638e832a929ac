package dev.gantry.offload.plan;

/// How ranks divide a job, as one asks for it; never changes the numbers.
public enum RankDivision {
    /// Micro-batches; on cards that hold a frozen model in no other way, shares of blocks or blocks dealt whole,
    /// whichever is the faster.
    AUTO,
    /// Micro-batches: each rank computes with all blocks, held as a stage of ZeRO says.
    SHARES,
    /// Neighbouring blocks: the residual stream passes from rank to rank.
    DEALT
}
