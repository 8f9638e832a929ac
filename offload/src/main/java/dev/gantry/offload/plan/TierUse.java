package dev.gantry.offload.plan;

import dev.gantry.offload.Tier;
import java.util.Comparator;
import java.util.List;

/// Where the bytes of one tier go.
///
/// @param budgetBytes what the tier may take
/// @param uses what they are for, largest first
public record TierUse(Tier tier, long budgetBytes, List<Use> uses) {

    public TierUse {
        uses = uses.stream()
                .filter(use -> use.bytes() > 0)
                .sorted(Comparator.comparingLong(Use::bytes).reversed())
                .toList();
    }

    /// One use of memory.
    public record Use(String what, long bytes) {}

    /// Everything together, at its peak.
    public long bytes() {
        return uses.stream().mapToLong(Use::bytes).sum();
    }

    public boolean fits() {
        return bytes() <= budgetBytes;
    }
}
