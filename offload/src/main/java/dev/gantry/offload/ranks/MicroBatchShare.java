package dev.gantry.offload.ranks;

/// The micro-batches of a step that a rank computes: neighbours, as evenly as they can be dealt.
///
/// @param from index of the first
/// @param to index behind the last
public record MicroBatchShare(int from, int to) {

    public static MicroBatchShare of(int microBatches, int rank, int ranks) {
        return new MicroBatchShare(
                (int) ((long) microBatches * rank / ranks), (int) ((long) microBatches * (rank + 1) / ranks));
    }

    /// The most that any rank computes.
    static int most(int microBatches, int ranks) {
        return (microBatches + ranks - 1) / ranks;
    }

    public int count() {
        return to - from;
    }
}
