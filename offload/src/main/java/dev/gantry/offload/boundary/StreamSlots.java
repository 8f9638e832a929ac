package dev.gantry.offload.boundary;

import dev.gantry.engine.pass.BoundarySweep.Access;
import dev.gantry.engine.pass.BoundarySweep.Use;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// Which item is in which slot on the device, during one sweep: brings what a visit asks for, ahead by one visit, and
/// takes away what is read again last (Belady 1966), if it changed.
///
/// Depends on the sweep alone, so that a plan counts with the very code that moves bytes.
final class StreamSlots {
    private static final int EMPTY = -1;
    private static final int NONE = -1;

    private final SweepScript script;
    private final IntPredicate passes; // whether an item lives off the device
    private final Moves moves;
    private final int[] contents;
    private final boolean[] changed;
    private final int[] neededUntil; // last visit that a slot is kept for
    private final int scratch; // items from here on hold what nobody will read
    private int current;

    /// Brings items and takes them away, in the order in which it is told.
    interface Moves {
        void load(int item, int slot);

        void store(int item, int slot);
    }

    StreamSlots(SweepScript script, int items, int slots, IntPredicate passes, Moves moves) {
        this.script = script;
        this.passes = passes;
        this.moves = moves;
        this.contents = new int[slots];
        this.changed = new boolean[slots];
        this.neededUntil = new int[slots];
        this.scratch = items;
        Arrays.fill(contents, EMPTY);
        Arrays.fill(neededUntil, NONE);
        look();
    }

    /// Prepares the visit that is due, and as far as there is room the one after it.
    private void look() {
        if (current < script.visits() && !prepare(current)) {
            throw new IllegalStateException(contents.length + " slots are too few for a visit");
        }
        if (current + 1 < script.visits()) {
            prepare(current + 1);
        }
    }

    private boolean prepare(int visit) {
        for (Access access : script.visit(visit)) {
            if (passes.test(script.item(access)) && !prepare(visit, access)) {
                return false;
            }
        }
        return true;
    }

    private boolean prepare(int visit, Access access) {
        boolean discards = access.use() == Use.DISCARD;
        int item = discards ? scratch(visit) : script.item(access);
        int slot = slotOf(item);
        if (slot == NONE) {
            slot = free();
            if (slot == NONE) {
                return false;
            }
            contents[slot] = item;
            changed[slot] = false;
            if (access.use() == Use.READ || access.use() == Use.GRADIENT) {
                moves.load(item, slot);
            }
        }
        neededUntil[slot] = visit;
        return true;
    }

    private int scratch(int visit) {
        return scratch + visit % 2;
    }

    /// A slot whose item can go; what changed in it and will be read is taken away first.
    private int free() {
        int best = NONE;
        int bestUse = -1;
        for (int slot = 0; slot < contents.length; slot++) {
            if (neededUntil[slot] >= current) {
                continue;
            }
            int use = nextRead(contents[slot]);
            if (use > bestUse) {
                best = slot;
                bestUse = use;
            }
        }
        if (best != NONE && changed[best] && bestUse != SweepScript.NEVER) {
            moves.store(contents[best], best);
        }
        return best;
    }

    private int nextRead(int item) {
        return item == EMPTY || item >= scratch ? SweepScript.NEVER : script.nextRead(item, current - 1);
    }

    /// The slot that holds an item; of those that live off the device each is in one while it is asked for.
    int slotOf(int item) {
        for (int slot = 0; slot < contents.length; slot++) {
            if (contents[slot] == item) {
                return slot;
            }
        }
        return NONE;
    }

    /// The slot for what the visit that is due discards.
    int scratchSlot() {
        return slotOf(scratch(current));
    }

    /// Which visit is due.
    int current() {
        return current;
    }

    /// The visit that was due is over.
    void visited() {
        for (Access access : script.visit(current)) {
            int item = script.item(access);
            boolean writes = access.use() != Use.READ && access.use() != Use.DISCARD;
            if (writes && passes.test(item)) {
                changed[slotOf(item)] = true;
            }
        }
        current++;
        look();
    }

    /// Brings an item after the sweep.
    int bring(int item) {
        int slot = slotOf(item);
        if (slot == NONE) {
            slot = free();
            contents[slot] = item;
            changed[slot] = false;
            moves.load(item, slot);
        }
        return slot;
    }
}
