package dev.gantry.offload.plan;

import dev.gantry.engine.collective.Links;
import dev.gantry.engine.collective.RankDevices;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the ranks of a job compute on, as a plan sees it.
///
/// @param devices stay with the caller
/// @param names of them, as people write them, such as `cpu` or `cuda:1`
/// @param threads of the processor that each rank has
/// @param links between cards, measured; null where ranks share memory, or where nobody asks for times
public record RankMachine(
        RankDevices devices,
        List<String> names,
        List<Integer> threads,
        @Nullable Links links) {
    public RankMachine {
        names = List.copyOf(names);
        threads = List.copyOf(threads);
    }

    int count() {
        return threads.size();
    }

    /// Whether each rank computes in memory of its own.
    boolean isApart() {
        return !devices.fabric().isShared();
    }
}
