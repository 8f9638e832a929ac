package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.ComputeMark;
import dev.gantry.offload.frozen.FrozenChunk.State;
import dev.gantry.offload.frozen.RingSchedule.Load;
import dev.gantry.offload.io.Uninterrupted;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The device slots that streamed chunks pass through: what is in them, who reads it, and what is to be copied next.
///
/// One thread makes the visits of a sweep, one copies. The copying thread follows the {@link RingSchedule} of the sweep
/// and may write a slot as soon as the visit that last needs its chunk is over, behind the kernels of that visit, which
/// may not have run yet, but beside those of all others. An interrupt ends no wait: the disk may
/// be at work on our memory.
final class SlotRing implements CopyJob.Jobs {
    private final List<ChunkHome> homes;
    private final List<Slot> slots;
    private final int lead;
    private final Delays delays;
    private final FrozenChunk[] chunks;
    private final int[] contents; // chunk in each slot, also while it is on its way there

    private int[] visits = new int[0];
    private int visitsDone;
    private @Nullable RingSchedule schedule;
    private int loadsBegun;
    private boolean copying;
    private boolean stale;
    private boolean closed;
    private @Nullable Throwable failure;
    private Transfers transfers = Transfers.NONE;

    /// A place for a chunk.
    ///
    /// @param read behind the kernels that read it last
    record Slot(MemorySegment memory, ComputeMark read) {}

    /// Hears of copies that take suspiciously long, so that a user can be told why nothing moves.
    ///
    /// @param firstNanos wait after which it is told, and again whenever the wait has doubled
    record Delays(long firstNanos, Listener listener) {
        @FunctionalInterface
        interface Listener {
            void waiting(int chunk, long nanos);
        }
    }

    /// @param homes of all chunks that may pass through
    /// @param lead visits that a copy should be ahead, see {@link RingSchedule#of}
    SlotRing(List<ChunkHome> homes, List<Slot> slots, int lead, Delays delays) {
        this.homes = List.copyOf(homes);
        this.slots = List.copyOf(slots);
        this.lead = lead;
        this.delays = delays;
        this.contents = RingSchedule.emptySlots(slots.size());
        this.chunks = new FrozenChunk[homes.size()];
        for (int chunk = 0; chunk < chunks.length; chunk++) {
            chunks[chunk] = new FrozenChunk(chunk);
        }
    }

    /// Plans a sweep from what the slots hold now and lets the copying begin; what is left of an unfinished sweep is
    /// given up.
    ///
    /// @param order streamed chunks in the order in which they will be visited
    synchronized void begin(int[] order) {
        requireNoneHeld();
        schedule = null;
        notifyAll();
        while (copying && !closed) {
            Uninterrupted.await(this);
        }
        if (closed) {
            throw new IllegalStateException("the weights are closed");
        }
        failure = null;
        empty();
        visits = order;
        visitsDone = 0;
        loadsBegun = 0;
        if (order.length > 0) {
            schedule = RingSchedule.of(contents, order, lead);
            copying = !schedule.loads().isEmpty();
            notifyAll();
        }
    }

    /// What the slots hold is worth nothing when the next sweep begins.
    synchronized void forget() {
        stale = true;
    }

    private void empty() {
        for (int slot = 0; stale && slot < contents.length; slot++) {
            if (contents[slot] != RingSchedule.EMPTY) {
                chunks[contents[slot]].drop();
                contents[slot] = RingSchedule.EMPTY;
            }
        }
        stale = false;
    }

    private void requireNoneHeld() {
        for (int chunk : contents) {
            if (chunk != RingSchedule.EMPTY && chunks[chunk].pins() > 0) {
                throw new IllegalStateException("a sweep began while block " + chunk + " was still held");
            }
        }
    }

    /// Waits for a chunk and pins it. A reader that comes while another holds it shares the visit.
    ///
    /// @return its slot
    /// @throws dev.gantry.engine.GantryException when it could not be read
    synchronized int acquire(int number) {
        FrozenChunk chunk = chunks[number];
        if (chunk.state() != State.READY || chunk.pins() == 0) {
            requireNext(number);
            await(chunk);
        }
        chunk.pin();
        return chunk.slot();
    }

    private void requireNext(int number) {
        if (visitsDone >= visits.length || visits[visitsDone] != number) {
            throw new IllegalStateException("block " + number + " was asked for out of turn: "
                    + (visitsDone < visits.length ? "the sweep is at block " + visits[visitsDone] : "no sweep began"));
        }
    }

    private void await(FrozenChunk chunk) {
        if (chunk.state() == State.READY) {
            return;
        }
        long start = System.nanoTime();
        long told = delays.firstNanos();
        while (chunk.state() != State.READY) {
            if (failure != null) {
                rethrow(failure);
            }
            if (closed) {
                throw new IllegalStateException("the weights were closed during a sweep");
            }
            long waited = System.nanoTime() - start;
            if (waited >= told) {
                delays.listener().waiting(visits[visitsDone], waited);
                told = 2 * waited;
            }
            Uninterrupted.await(this, told - waited);
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

    /// One reader has enqueued all that reads a chunk; with the last the visit is over.
    synchronized void release(int number) {
        FrozenChunk chunk = chunks[number];
        chunk.unpin();
        if (chunk.pins() == 0) {
            slots.get(chunk.slot()).read().set();
            visitsDone++;
            notifyAll();
        }
    }

    synchronized Transfers transfers() {
        return transfers;
    }

    /// Waits until there is something to copy; false when there never will be.
    synchronized boolean awaitSweep() {
        while (!copying && !closed) {
            Uninterrupted.await(this);
        }
        return !closed;
    }

    @Override
    public synchronized @Nullable CopyJob next(CopyJob.Patience patience) {
        while (schedule != null && !closed && loadsBegun < schedule.loads().size()) {
            Load load = schedule.loads().get(loadsBegun);
            if (visitsDone > load.after()) {
                loadsBegun++;
                return start(load);
            }
            if (patience == CopyJob.Patience.NO_WAIT) {
                return null;
            }
            Uninterrupted.await(this);
        }
        return null;
    }

    private CopyJob start(Load load) {
        int old = contents[load.slot()];
        if (old != RingSchedule.EMPTY) {
            chunks[old].drop();
        }
        contents[load.slot()] = load.block();
        chunks[load.block()].load(load.slot());
        Slot slot = slots.get(load.slot());
        return new CopyJob(load.block(), homes.get(load.block()), slot.memory(), slot.read());
    }

    @Override
    public synchronized void done(CopyJob job) {
        chunks[job.number()].loaded();
        transfers = transfers.plus(job.home());
        notifyAll();
    }

    /// The copying of this sweep is over.
    ///
    /// @param cause why before its end, or null
    synchronized void copied(@Nullable Throwable cause) {
        for (int slot = 0; slot < contents.length; slot++) {
            int chunk = contents[slot];
            if (chunk != RingSchedule.EMPTY && chunks[chunk].state() == State.LOADING) {
                chunks[chunk].failed();
                contents[slot] = RingSchedule.EMPTY;
            }
        }
        failure = cause;
        copying = false;
        notifyAll();
    }

    /// Lets everybody who waits go.
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
