package dev.gantry.offload.boundary;

import dev.gantry.offload.Tier;
import dev.gantry.offload.io.AlignedSpan;
import java.util.Collections;
import java.util.List;

/// Where the residual stream lives between its visits: one home for the input of each block, one for that of the head,
/// and the last for the gradient. A choice of memory against time, never of numbers.
///
/// @param homes tier of each, for all micro-batches
/// @param slots matrices on the device that what lives elsewhere passes through; none when all live there
public record BoundaryPlan(List<Tier> homes, int slots) {
    /// What one visit asks for at most.
    static final int LEAST_SLOTS = 3;
    /// Two visits: one that computes, and the next, for which the stream is brought.
    public static final int USUAL_SLOTS = 2 * LEAST_SLOTS;

    public BoundaryPlan {
        homes = List.copyOf(homes);
        boolean passes = homes.stream().anyMatch(tier -> tier != Tier.DEVICE);
        if (passes ? slots < LEAST_SLOTS : slots != 0) {
            throw new IllegalArgumentException(slots + " slots for " + homes);
        }
    }

    /// With as many slots as usual.
    public static BoundaryPlan of(List<Tier> homes) {
        return new BoundaryPlan(homes, homes.stream().anyMatch(tier -> tier != Tier.DEVICE) ? USUAL_SLOTS : 0);
    }

    /// Everything on the device.
    public static BoundaryPlan onDevice(int layers) {
        return of(Collections.nCopies(units(layers), Tier.DEVICE));
    }

    /// Homes of a model's stream.
    public static int units(int layers) {
        return layers + 2;
    }

    /// Whether anything lives elsewhere.
    public boolean leavesDevice() {
        return slots > 0;
    }

    public boolean usesDisk() {
        return homes.contains(Tier.DISK);
    }

    /// What a file takes for what lives on disk.
    ///
    /// @param bytes of one matrix
    public long fileBytes(int microBatches, long bytes) {
        return (long) count(Tier.DISK) * microBatches * AlignedSpan.roundUp(bytes);
    }

    public int count(Tier tier) {
        return Collections.frequency(homes, tier);
    }
}
