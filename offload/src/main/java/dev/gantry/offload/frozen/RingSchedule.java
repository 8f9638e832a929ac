package dev.gantry.offload.frozen;

import dev.gantry.engine.pass.LayerSource.Sweep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which streamed block is copied into which device slot, and how early, during one sweep over the model.
///
/// A pure function of what the slots hold and of the order of visits, so that the plan counts with the very code that
/// the loader follows. The victim of a load is the block needed again last (Belady 1966), with the order of visits
/// known and the next sweep taken to be like this one. A sweep there and back over S blocks through k slots then loads
/// exactly 2(S - k) of them, however many micro-batches a visit serves; a forward sweep cannot do better than this
/// rule.
public final class RingSchedule {
    /// What an empty slot holds.
    public static final int EMPTY = -1;

    private final List<Load> loads;
    private final int[] slotOfVisit;
    private final int[] contentsAfter;

    /// One copy of a block into a slot.
    ///
    /// @param visit the visit that first needs it, counted from 0 in the sweep
    /// @param block what is copied
    /// @param slot where to
    /// @param after the visit that must be over before the slot may be written; -1 when it is free from the start
    public record Load(int visit, int block, int slot, int after) {}

    private RingSchedule(List<Load> loads, int[] slotOfVisit, int[] contentsAfter) {
        this.loads = List.copyOf(loads);
        this.slotOfVisit = slotOfVisit;
        this.contentsAfter = contentsAfter;
    }

    /// Plans one sweep.
    ///
    /// @param contents block in each slot, or {@link #EMPTY}
    /// @param visits blocks in the order in which they are needed; a block may come twice
    /// @param lead how many whole visits a copy must be able to run beside, below the number of slots. 0 gives the
    ///     fewest loads; with 1 the pass waits for a copy only if that takes longer than a visit
    public static RingSchedule of(int[] contents, int[] visits, int lead) {
        if (contents.length == 0 || lead < 0 || lead >= contents.length) {
            throw new IllegalArgumentException("a ring of " + contents.length + " slots cannot load " + lead
                    + " visits ahead; it needs one slot more than that");
        }
        return new Planning(contents.clone(), visits, lead).plan();
    }

    /// Slots of a ring that nothing has been loaded into.
    public static int[] emptySlots(int slots) {
        int[] contents = new int[slots];
        Arrays.fill(contents, EMPTY);
        return contents;
    }

    /// Blocks in the order in which a sweep visits them.
    ///
    /// @param blocks first to last
    public static int[] visits(Sweep sweep, int[] blocks) {
        return switch (sweep) {
            case FORWARD -> blocks.clone();
            case FORWARD_BACKWARD -> forwardAndBack(blocks);
        };
    }

    private static int[] forwardAndBack(int[] blocks) {
        int count = blocks.length;
        int[] visits = Arrays.copyOf(blocks, 2 * count);
        for (int i = 0; i < count; i++) {
            visits[count + i] = blocks[count - 1 - i];
        }
        return visits;
    }

    /// Copies in the order of the visits that need them.
    public List<Load> loads() {
        return loads;
    }

    /// The slot that holds the block of `visit` when it is made.
    public int slotOfVisit(int visit) {
        return slotOfVisit[visit];
    }

    public int visits() {
        return slotOfVisit.length;
    }

    /// What the slots hold when the sweep is over.
    public int[] contentsAfter() {
        return contentsAfter.clone();
    }

    /// The slots as they change from visit to visit.
    private static final class Planning {
        private final int[] contents;
        private final int[] visits;
        private final int lead;
        private final int[] lastVisit; // of what each slot holds
        private final int[] slotOfVisit;
        private final List<Load> loads = new ArrayList<>();

        Planning(int[] contents, int[] visits, int lead) {
            this.contents = contents;
            this.visits = visits;
            this.lead = lead;
            this.lastVisit = new int[contents.length];
            this.slotOfVisit = new int[visits.length];
            Arrays.fill(lastVisit, -1);
        }

        RingSchedule plan() {
            for (int visit = 0; visit < visits.length; visit++) {
                int slot = slotHolding(visits[visit]);
                if (slot < 0) {
                    slot = victim(visit);
                    loads.add(new Load(visit, visits[visit], slot, lastVisit[slot]));
                    contents[slot] = visits[visit];
                }
                slotOfVisit[visit] = slot;
                lastVisit[slot] = visit;
            }
            return new RingSchedule(loads, slotOfVisit, contents);
        }

        private int slotHolding(int block) {
            for (int slot = 0; slot < contents.length; slot++) {
                if (contents[slot] == block) {
                    return slot;
                }
            }
            return -1;
        }

        /// The slot whose block is needed again last, among those not visited within `lead` visits before this one; of
        /// equals the one that has been free the longest.
        private int victim(int visit) {
            int best = -1;
            long bestUse = -1;
            for (int slot = 0; slot < contents.length; slot++) {
                if (lastVisit[slot] >= 0 && lastVisit[slot] >= visit - lead) {
                    continue;
                }
                long use = nextUse(contents[slot], visit);
                if (use > bestUse || (use == bestUse && lastVisit[slot] < lastVisit[best])) {
                    best = slot;
                    bestUse = use;
                }
            }
            return best;
        }

        /// Visits from `visit` until `block` is needed, this sweep being followed by another like it.
        private long nextUse(int block, int visit) {
            if (block == EMPTY) {
                return Long.MAX_VALUE;
            }
            for (int ahead = 0; ahead < visits.length; ahead++) {
                if (visits[(visit + ahead) % visits.length] == block) {
                    return ahead;
                }
            }
            return Long.MAX_VALUE - 1;
        }
    }
}
