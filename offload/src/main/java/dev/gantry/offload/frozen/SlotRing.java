package dev.gantry.offload.frozen;

import dev.gantry.offload.frozen.FrozenChunk.State;
import dev.gantry.offload.frozen.RingSchedule.Load;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The device slots that streamed blocks pass through: what is in them, who reads it, and what is to be copied next.
///
/// One thread makes the visits of a sweep, one copies. The copying thread follows the {@link RingSchedule} of the sweep
/// and may write a slot as soon as the visit that last needs its block is over.
final class SlotRing implements CopyJob.Jobs {
    private final List<ChunkHome> homes; // by layer
    private final List<MemorySegment> slots;
    private final int lead;
    private final FrozenChunk[] chunks; // by layer
    private final int[] contents; // layer in each slot, also while it is on its way there
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private int[] visits = new int[0];
    private int visitsDone;
    private @Nullable RingSchedule schedule;
    private int loadsBegun;
    private boolean copying;
    private boolean closed;
    private @Nullable Throwable failure;
    private Transfers transfers = Transfers.NONE;

    SlotRing(List<ChunkHome> homes, List<MemorySegment> slots, int lead) {
        this.homes = List.copyOf(homes);
        this.slots = List.copyOf(slots);
        this.lead = lead;
        this.contents = RingSchedule.emptySlots(slots.size());
        this.chunks = new FrozenChunk[homes.size()];
        for (int layer = 0; layer < chunks.length; layer++) {
            chunks[layer] = new FrozenChunk(layer);
        }
    }

    /// Plans a sweep from what the slots hold now and lets the copying begin; what is left of an unfinished sweep is
    /// given up.
    ///
    /// @param order streamed blocks in the order in which they will be visited
    void begin(int[] order) {
        lock.lock();
        try {
            requireNoneHeld();
            schedule = null;
            changed.signalAll();
            while (copying && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                throw new IllegalStateException("the weights are closed");
            }
            failure = null;
            visits = order;
            visitsDone = 0;
            loadsBegun = 0;
            if (order.length > 0) {
                schedule = RingSchedule.of(contents, order, lead);
                copying = !schedule.loads().isEmpty();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireNoneHeld() {
        for (int layer : contents) {
            if (layer != RingSchedule.EMPTY && chunks[layer].pins() > 0) {
                throw new IllegalStateException("a sweep began while block " + layer + " was still held");
            }
        }
    }

    /// Waits for a block and pins it. A reader that comes while another holds it shares the visit.
    ///
    /// @return its slot
    /// @throws dev.gantry.engine.GantryException when it could not be read
    int acquire(int layer) {
        lock.lock();
        try {
            FrozenChunk chunk = chunks[layer];
            if (chunk.state() != State.READY || chunk.pins() == 0) {
                requireNext(layer);
                await(chunk);
            }
            chunk.pin();
            return chunk.slot();
        } finally {
            lock.unlock();
        }
    }

    private void requireNext(int layer) {
        if (visitsDone >= visits.length || visits[visitsDone] != layer) {
            throw new IllegalStateException("block " + layer + " was asked for out of turn: "
                    + (visitsDone < visits.length ? "the sweep is at block " + visits[visitsDone] : "no sweep began"));
        }
    }

    private void await(FrozenChunk chunk) {
        if (chunk.state() == State.READY) {
            return;
        }
        long start = System.nanoTime();
        while (chunk.state() != State.READY) {
            if (failure != null) {
                rethrow(failure);
            }
            if (closed) {
                throw new IllegalStateException("the weights were closed during a sweep");
            }
            changed.awaitUninterruptibly();
        }
        transfers = transfers.waited(System.nanoTime() - start);
    }

    private static void rethrow(Throwable failure) {
        switch (failure) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    /// One reader is done with a block; with the last the visit is over.
    void release(int layer) {
        lock.lock();
        try {
            chunks[layer].unpin();
            if (chunks[layer].pins() == 0) {
                visitsDone++;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    Transfers transfers() {
        lock.lock();
        try {
            return transfers;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there is something to copy; false when there never will be.
    boolean awaitSweep() {
        lock.lock();
        try {
            while (!copying && !closed) {
                changed.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable CopyJob next(CopyJob.Patience patience) {
        lock.lock();
        try {
            while (schedule != null && !closed && loadsBegun < schedule.loads().size()) {
                Load load = schedule.loads().get(loadsBegun);
                if (visitsDone > load.after()) {
                    loadsBegun++;
                    return start(load);
                }
                if (patience == CopyJob.Patience.NO_WAIT) {
                    return null;
                }
                changed.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private CopyJob start(Load load) {
        int old = contents[load.slot()];
        if (old != RingSchedule.EMPTY) {
            chunks[old].drop();
        }
        contents[load.slot()] = load.block();
        chunks[load.block()].load(load.slot());
        return new CopyJob(load.block(), homes.get(load.block()), slots.get(load.slot()));
    }

    @Override
    public void done(CopyJob job) {
        lock.lock();
        try {
            chunks[job.number()].loaded();
            transfers = transfers.plus(job.home());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The copying of this sweep is over.
    ///
    /// @param cause why before its end, or null
    void copied(@Nullable Throwable cause) {
        lock.lock();
        try {
            for (int slot = 0; slot < contents.length; slot++) {
                int layer = contents[slot];
                if (layer != RingSchedule.EMPTY && chunks[layer].state() == State.LOADING) {
                    chunks[layer].failed();
                    contents[slot] = RingSchedule.EMPTY;
                }
            }
            failure = cause;
            copying = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Lets everybody who waits go.
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
