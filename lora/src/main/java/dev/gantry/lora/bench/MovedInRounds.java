package dev.gantry.lora.bench;

import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.lora.memory.PlacedModel;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.Transfers;
import dev.gantry.offload.plan.InferencePlan;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Counts what comes to the device while rounds are measured.
final class MovedInRounds {
    private final PlacedModel model;
    private Transfers blocks = Transfers.NONE;
    private Transfers head = Transfers.NONE;
    private int rounds = -1; // the first one warms up

    MovedInRounds(PlacedModel model) {
        this.model = model;
    }

    /// Runs a part of a round that is measured.
    long counted(LongSupplier part) {
        Transfers blocksBefore = model.transfers();
        Transfers headBefore = model.headTransfers();
        long nanos = part.getAsLong();
        if (++rounds > 0) {
            blocks = blocks.plus(model.transfers().since(blocksBefore));
            head = head.plus(model.headTransfers().since(headBefore));
        }
        return nanos;
    }

    /// Null where nothing was limited.
    @Nullable
    BenchStreaming result(MemoryTiers tiers) {
        if (model.plan().isEmpty()) {
            return null;
        }
        InferencePlan plan = model.plan().get();
        FrozenPlan weights = plan.weights();
        Transfers all = blocks.plus(head);
        double each = Math.max(1, rounds);
        return new BenchStreaming(
                weights.count(Tier.DEVICE),
                weights.count(Tier.HOST),
                weights.count(Tier.DISK),
                weights.head().home(),
                plan.cache(),
                blocks.blocks() / each,
                head.blocks() / each,
                all.bytesFromHost() / each,
                all.bytesFromDisk() / each,
                all.waitNanos() / 1e9 / each,
                tiers.device().peakBytes(),
                tiers.host().peakBytes());
    }
}
