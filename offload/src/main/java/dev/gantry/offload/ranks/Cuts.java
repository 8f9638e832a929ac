package dev.gantry.offload.ranks;

import java.util.List;

/// Where the ranks' shares of a unit begin and end, in elements.
///
/// @param starts of each rank's share
/// @param ends of each rank's share
record Cuts(List<Long> starts, List<Long> ends) {

    Cuts {
        starts = List.copyOf(starts);
        ends = List.copyOf(ends);
    }

    long start(int rank) {
        return starts.get(rank);
    }

    long end(int rank) {
        return ends.get(rank);
    }
}
