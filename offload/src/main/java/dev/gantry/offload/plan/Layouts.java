package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.FrozenPlan.Head;
import dev.gantry.offload.frozen.FrozenPlan.Waiting;
import dev.gantry.offload.plan.BlockFilling.Taken;
import dev.gantry.offload.plan.BlockFilling.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// All ways to lay out frozen weights, head and key/value cache that are worth comparing, each with as many blocks on
/// every tier as its budget holds.
///
/// @param overlaid parameters that an adapter brings whole and that lie on the device
record Layouts(Backend backend, ModelShapes model, Set<ParameterId> overlaid, Budgets budgets, Need need) {
    /// One that is computed and one that is filled: sweeps forward gain more from blocks that stay than from more
    /// slots.
    static final int MOST_SLOTS = 2;

    private static final int MOST_HEAD_SLOTS = 2;

    /// What is needed beside the weights.
    ///
    /// @param deviceBytes on the device, whatever the layout
    /// @param cacheBytes on the device or in host memory
    /// @param headRows most rows that the head is multiplied with at once
    record Need(long deviceBytes, long cacheBytes, int headRows) {}

    /// One way.
    ///
    /// @param cache where keys and values lie
    /// @param weights what the weights take
    record Layout(FrozenPlan plan, Tier cache, Taken weights) {}

    /// @param mostSlots most blocks that the others pass through
    List<Layout> all(int mostSlots) {
        BlockFilling blocks = new BlockFilling(backend, model, model.withoutMemory(overlaid), budgets);
        List<Layout> layouts = new ArrayList<>();
        for (Tier cache : need.cacheBytes() == 0 || !backend.memory().isHost()
                ? List.of(Tier.DEVICE)
                : List.of(Tier.DEVICE, Tier.HOST)) {
            long onDevice = need.deviceBytes() + (cache == Tier.DEVICE ? need.cacheBytes() : 0);
            long onHost = cache == Tier.HOST ? need.cacheBytes() : 0;
            for (Waiting waiting : waitings()) {
                for (Head head : heads(waiting)) {
                    for (int slots = 1; slots <= mostSlots; slots++) {
                        FrozenPlan plan = blocks.fill(new Wish(head, waiting, slots, onDevice, onHost));
                        layouts.add(new Layout(plan, cache, blocks.taken(plan)));
                    }
                }
            }
        }
        return layouts;
    }

    /// Waiting as kernels read it is another way only where something is stored narrower.
    private List<Waiting> waitings() {
        boolean same = model.isHeadReady(Waiting.NARROW)
                && IntStream.range(0, model.spec().layers()).allMatch(layer -> model.isReady(layer, Waiting.NARROW));
        return same ? List.of(Waiting.NARROW) : List.of(Waiting.values());
    }

    private List<Head> heads(Waiting waiting) {
        if (overlaid.contains(DecoderParameters.head(model.spec()))) {
            return List.of(Head.ON_DEVICE);
        }
        boolean inPlace =
                backend.memory().isHost() && model.isHeadReady(waiting) && need.headRows() <= FrozenPlan.FEW_ROWS;
        Stream<Head> onHost = inPlace ? Stream.of(new Head(Tier.HOST, 0)) : moving(Tier.HOST);
        return Stream.concat(Stream.of(Head.ON_DEVICE), Stream.concat(onHost, moving(Tier.DISK)))
                .toList();
    }

    private static Stream<Head> moving(Tier home) {
        return IntStream.rangeClosed(1, MOST_HEAD_SLOTS).mapToObj(slots -> new Head(home, slots));
    }
}
