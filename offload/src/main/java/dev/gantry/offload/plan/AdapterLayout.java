package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.Tier;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.FrozenPlan.Head;
import dev.gantry.offload.frozen.FrozenPlan.Waiting;
import dev.gantry.offload.plan.BlockFilling.Taken;
import dev.gantry.offload.plan.BlockFilling.Wish;
import dev.gantry.offload.plan.JobBytes.PassBytes;
import dev.gantry.offload.plan.TierUse.Use;
import dev.gantry.offload.trainable.TrainablePlan;
import dev.gantry.offload.trainable.TrainablePlan.Count;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Lays out the training of an adapter on a device with a memory of its own. What leaves the device goes to host memory
/// as far as that holds it, the stream before the blocks, since the disk would have to write it in every step; the
/// device gets as many blocks, and then as much of the stream, as it has room for.
final class AdapterLayout {
    private final TrainingJob job;
    private final Budgets budgets;
    private final JobBytes bytes;
    private final BlockFilling blocks;
    private final List<Use> fixed;
    private final Map<PassKey, PassBytes> passes = new HashMap<>();

    AdapterLayout(Backend backend, TrainingJob job, Budgets budgets) {
        this.job = job;
        this.budgets = budgets;
        this.bytes = new JobBytes(backend, job);
        ModelShapes model = job.shapes();
        this.blocks = new BlockFilling(backend, model, model.withoutMemory(Set.of()), budgets);
        this.fixed = bytes.besidePassAndWeights();
    }

    private record PassKey(Retention retention, HeadOrder order, BoundaryPlan stream) {}

    /// One way, laid out.
    record Laid(Placement placement, List<TierUse> tiers, MovedBytes moved) {
        boolean fits() {
            return tiers.stream().allMatch(TierUse::fits);
        }

        boolean fits(Tier tier) {
            return tiers.stream().filter(use -> use.tier() == tier).allMatch(TierUse::fits);
        }

        /// Whether everything is there, so that letting anything leave cannot help.
        boolean isComplete() {
            return fits() && moved.equals(MovedBytes.NONE);
        }
    }

    /// What a layout is made for.
    ///
    /// @param slots most blocks that the others pass through
    /// @param streamStays units of the stream, the gradient first, that do not leave the device
    record Way(Retention retention, Head head, int slots, int streamStays) {
        Way with(Head other) {
            return new Way(retention, other, slots, streamStays);
        }

        Way staying(int units) {
            return new Way(retention, head, slots, units);
        }
    }

    /// Homes of the stream.
    int units() {
        return BoundaryPlan.units(job.spec().layers());
    }

    /// Device memory that a way takes less when of the stream no more than its gradient stays.
    long freedByStream(Way way) {
        return pass(way, new Count(units(), 0)).deviceBytes()
                - pass(way, new Count(1, 0)).deviceBytes();
    }

    /// Lays out one way.
    Laid lay(Way way) {
        if (budgets.placed().boundaries() != null) {
            return laid(way, Count.of(budgets.placed().boundaries(), units()));
        }
        int stays = way.streamStays();
        int host = LargestFit.of(units() - stays, waiting -> fitsHost(way, new Count(stays, waiting)));
        Taken weights = blocks.taken(filled(way, new Count(stays, host)));
        int more = LargestFit.of(units() - stays, returning -> {
            PassBytes pass = pass(way, streamWith(stays + returning, host));
            return sum(fixed) + pass.deviceBytes() + weights.deviceBytes() <= budgets.deviceBytes();
        });
        return laid(way, streamWith(stays + more, host));
    }

    private Count streamWith(int onDevice, int host) {
        return new Count(onDevice, Math.min(host, units() - onDevice));
    }

    private boolean fitsHost(Way way, Count stream) {
        long weights = blocks.taken(filled(way, stream)).hostBytes();
        return weights + pass(way, stream).hostBytes() <= budgets.hostBytes();
    }

    private FrozenPlan filled(Way way, Count stream) {
        PassBytes pass = pass(way, stream);
        long onDevice = sum(fixed) + pass.deviceBytes();
        return blocks.fill(new Wish(way.head(), Waiting.NARROW, way.slots(), onDevice, pass.hostBytes()));
    }

    private PassBytes pass(Way way, Count stream) {
        return passes.computeIfAbsent(
                new PassKey(way.retention(), way.head().order(), stream(stream)),
                key -> bytes.pass(key.retention(), key.order(), key.stream()));
    }

    private BoundaryPlan stream(Count count) {
        return BoundaryPlan.of(TrainablePlan.spread(count, units()));
    }

    private Laid laid(Way way, Count count) {
        BoundaryPlan stream = stream(count);
        FrozenPlan plan = filled(way, count);
        Taken weights = blocks.taken(plan);
        PassBytes pass = pass(way, count);
        List<Use> device = new ArrayList<>(fixed);
        device.add(new Use("activations and workspace", pass.deviceBytes()));
        device.add(new Use("weights on the device", weights.deviceBytes()));
        List<Use> host = List.of(
                new Use("weights and read buffers", weights.hostBytes()),
                new Use("boundary activations", pass.hostBytes()));
        List<TierUse> tiers = new ArrayList<>(List.of(
                new TierUse(Tier.DEVICE, budgets.deviceBytes(), device),
                new TierUse(Tier.HOST, budgets.hostBytes(), host)));
        if (stream.usesDisk()) {
            long file = stream.fileBytes(
                    job.microBatches(),
                    (long) job.microBatchTokens() * job.spec().hidden() * Float.BYTES);
            tiers.add(new TierUse(Tier.DISK, MemoryAccount.UNLIMITED, List.of(new Use("boundary activations", file))));
        }
        Placement placement = new Placement(new Placement.Weights.Tiered(plan, stream), way.retention());
        return new Laid(placement, tiers, MovedBytes.perStep(job, placement.retention(), plan, stream));
    }

    private static long sum(List<Use> uses) {
        return uses.stream().mapToLong(Use::bytes).sum();
    }
}
