package dev.gantry.engine.collective;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Where the ranks meet for a collective: each comes with its memory, sees everybody's, and nobody leaves before all
/// are done.
final class Meeting {
    private final RankGroup group;
    private final @Nullable Call[] calls;
    private int came;
    private int done;
    private boolean open;

    /// What a rank brings.
    ///
    /// @param root of a broadcast, else 0
    /// @param given memory the others may read
    /// @param shareBytes this rank's part of the whole, where the whole is cut
    record Call(Collective collective, int root, MemorySegment given, long shareBytes) {

        /// Whether the same thing is meant.
        boolean agreesWith(Call other) {
            boolean sameSize = given.byteSize() == other.given.byteSize();
            return collective == other.collective
                    && root == other.root
                    && switch (collective) {
                        case ALL_REDUCE, REDUCE_SCATTER, BROADCAST -> sameSize;
                        case ALL_GATHER, BARRIER, OPEN_WINDOW, WINDOW, HAND_OVER -> true;
                    };
        }

        String words() {
            return collective + " of " + given.byteSize() + " bytes"
                    + (collective == Collective.BROADCAST ? " from rank " + root : "");
        }
    }

    Meeting(RankGroup group) {
        this.group = group;
        this.calls = new Call[group.ranks()];
    }

    /// Waits for all ranks and gives what they brought, in their order.
    ///
    /// @throws IllegalStateException when the ranks do not do the same
    List<Call> enter(int rank, Call call) {
        group.change(() -> {
            calls[rank] = call;
            came++;
            open = came == group.ranks();
        });
        group.await(rank, call.collective(), () -> open, this::absent);
        List<Call> all = new ArrayList<>();
        for (Call each : calls) {
            all.add(Objects.requireNonNull(each));
        }
        requireAgreement(all);
        return all;
    }

    /// Says that this rank no longer reads the others' memory, and waits until nobody reads its own.
    void leave(int rank, Call call) {
        group.change(() -> {
            done++;
            if (done == group.ranks()) {
                came = 0;
                done = 0;
                open = false;
                Arrays.fill(calls, null);
            }
        });
        group.await(rank, call.collective(), () -> calls[rank] == null, () -> "the others to be done");
    }

    private static void requireAgreement(List<Call> all) {
        for (int rank = 1; rank < all.size(); rank++) {
            if (!all.get(rank).agreesWith(all.getFirst())) {
                throw new IllegalStateException("ranks disagree: rank 0 is in "
                        + all.getFirst().words() + ", rank " + rank + " in "
                        + all.get(rank).words());
            }
        }
    }

    private String absent() {
        return IntStream.range(0, calls.length)
                .filter(rank -> calls[rank] == null)
                .mapToObj(rank -> "rank " + rank)
                .collect(Collectors.joining(", "));
    }
}
