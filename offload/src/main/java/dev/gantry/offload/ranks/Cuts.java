package dev.gantry.offload.ranks;

import java.util.ArrayList;
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

    /// One rank has all elements, the others nothing.
    static Cuts ofOwner(int owner, int ranks, long elements) {
        List<Long> cuts = new ArrayList<>();
        for (int rank = 0; rank <= ranks; rank++) {
            cuts.add(rank > owner ? elements : 0);
        }
        return new Cuts(cuts.subList(0, ranks), cuts.subList(1, ranks + 1));
    }

    long start(int rank) {
        return starts.get(rank);
    }

    long end(int rank) {
        return ends.get(rank);
    }
}
