package dev.gantry.offload.plan;

import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import java.util.Comparator;
import java.util.List;

/// Where the memory of answering goes and how fast it is, before anything starts.
///
/// @param weights where the model's blocks and its head lie
/// @param cache where keys and values lie
/// @param tiers memory by tier and use; of the disk what is read from there
/// @param decode of one token of every sequence, amid a usual answer
/// @param prefill of a usual prompt of every sequence
/// @param least the smallest budgets that work
/// @param fittingCapacity most tokens, by halves of what was asked, that fit the budgets; 0 when none do
public record InferencePlan(
        InferenceJob job,
        FrozenPlan weights,
        Tier cache,
        List<TierUse> tiers,
        Phase decode,
        Phase prefill,
        Least least,
        int fittingCapacity) {

    public InferencePlan {
        tiers = List.copyOf(tiers);
    }

    /// Decoding or prefill.
    ///
    /// @param tokens of all sequences
    /// @param moved what comes to the device for them
    public record Phase(int tokens, SweepTime time, SweepMoves moved) {
        public double tokensPerSecond() {
            return tokens / time.seconds();
        }
    }

    /// The smallest device that works beside a host, and that host.
    public record Least(long deviceBytes, long hostBytes) {
        private static final Comparator<Least> LESS_DEVICE =
                Comparator.comparingLong(Least::deviceBytes).thenComparingLong(Least::hostBytes);
        private static final Comparator<Least> LESS_HOST =
                Comparator.comparingLong(Least::hostBytes).thenComparingLong(Least::deviceBytes);

        /// The smallest device beside the host that is given, or beside the smallest host.
        ///
        /// @param needs of all layouts with no block kept anywhere
        static Least of(List<Least> needs, long hostBytes) {
            return needs.stream()
                    .filter(one -> one.hostBytes() <= hostBytes)
                    .min(LESS_DEVICE)
                    .orElseGet(() -> needs.stream().min(LESS_HOST).orElseThrow());
        }
    }

    public TierUse tier(Tier tier) {
        return tiers.stream().filter(use -> use.tier() == tier).findFirst().orElseThrow();
    }

    public boolean fits() {
        return tiers.stream().allMatch(TierUse::fits);
    }

    /// Of a usual question and its answer.
    double seconds() {
        return prefill.time().seconds() + job.newTokens() * decode.time().seconds();
    }

    InferencePlan taking(Phase decoding, Phase prefilling) {
        return new InferencePlan(job, weights, cache, tiers, decoding, prefilling, least, fittingCapacity);
    }

    InferencePlan advising(Least smallest, int capacity) {
        return new InferencePlan(job, weights, cache, tiers, decode, prefill, smallest, capacity);
    }
}
