package dev.gantry.offload.state;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.io.IoQueue;
import dev.gantry.offload.io.IoRequest;
import dev.gantry.offload.io.StagingBuffers;
import dev.gantry.offload.io.Uninterrupted;
import dev.gantry.offload.state.PipelineSlot.State;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Visits the records of a state file in a given order through a few buffers: while one record is computed, the next
/// are read and the last ones are written.
///
/// ```
/// pipeline.update(step, order);
/// for (int i = 0; i < order.length; i++) {
///     StateRecord record = pipeline.take();
///     ...
///     pipeline.put(record);
/// }
/// pipeline.finish();
/// ```
///
/// One thread uses it. A failure of the disk comes out of the next call; the sweep is over then, and only
/// {@link #abandon()} or closing is left. The kept generation is not touched by any of this.
public final class RecordPipeline implements AutoCloseable {
    /// One being read, one being computed, one being written.
    public static final int USUAL_BUFFERS = 3;

    private final StateFile states;
    private final StateLayout layout;
    private final IoQueue queue;
    private final TensorArena arena;
    private final List<PipelineSlot> slots = new ArrayList<>();
    private final Object lock = new Object();

    private Sweep sweep = Sweep.NONE;
    private int[] order = {};
    private int asked;
    private int taken;
    private int given;
    private long bytesRead;
    private long bytesWritten;
    private @Nullable RuntimeException failure;

    /// What is done with the records.
    private enum Sweep {
        NONE,
        /// Every record is read and written back: a step.
        UPDATE,
        /// Every record is written without having been read: the first values.
        FILL,
        /// Records are read only.
        READ;

        boolean reads() {
            return this != FILL;
        }

        boolean writes() {
            return this != READ;
        }
    }

    /// Takes its buffers from `account` at once.
    ///
    /// @param buffers at least 2; see {@link #USUAL_BUFFERS}
    public RecordPipeline(StateFile states, IoQueue queue, MemoryAccount account, int buffers) {
        if (buffers < 2) {
            throw new IllegalArgumentException(buffers + " buffers are no pipeline");
        }
        this.states = states;
        this.layout = states.layout();
        this.queue = queue;
        this.arena = TensorArena.planned(account, "optimizer state buffers", memoryBytes(layout, buffers));
        StagingBuffers memory = new StagingBuffers(arena, buffers, layout.recordBytes());
        for (int i = 0; i < buffers; i++) {
            slots.add(new PipelineSlot(memory.acquire()));
        }
    }

    /// What so many buffers take of the account.
    public static long memoryBytes(StateLayout layout, int buffers) {
        return StagingBuffers.takenBytes(buffers, layout.recordBytes());
    }

    /// Begins a step that reads and writes every record once.
    ///
    /// @param visits all records in the order in which they will be taken
    public void update(long step, int[] visits) {
        requireAll(visits);
        states.begin(step, true);
        begin(Sweep.UPDATE, visits);
    }

    /// Begins the first step, which writes every record; what is taken is zero.
    public void fill(long step, int[] visits) {
        requireAll(visits);
        states.begin(step, false);
        begin(Sweep.FILL, visits);
    }

    /// Begins to read the records of the current values.
    public void read(int[] visits) {
        requireIdle(visits);
        states.requireWhole();
        begin(Sweep.READ, visits);
    }

    private void requireIdle(int[] visits) {
        if (IntStream.of(visits).distinct().count() != visits.length) {
            throw new IllegalArgumentException("a record comes twice");
        }
        synchronized (lock) {
            if (sweep != Sweep.NONE) {
                throw new IllegalStateException("a sweep is under way: " + sweep);
            }
        }
    }

    private void requireAll(int[] visits) {
        requireIdle(visits);
        if (visits.length != layout.records()) {
            throw new IllegalArgumentException(visits.length + " of " + layout.records() + " records");
        }
    }

    private void begin(Sweep kind, int[] visits) {
        synchronized (lock) {
            sweep = kind;
            order = visits.clone();
            asked = 0;
            taken = 0;
            given = 0;
            fillFreeSlots();
        }
    }

    /// The next record of the order; waits until it is there.
    ///
    /// @throws GantryException when the disk failed, for any record so far
    public StateRecord take() {
        synchronized (lock) {
            if (taken == order.length) {
                throw new IllegalStateException("all " + taken + " records have been taken");
            }
            int record = order[taken];
            PipelineSlot slot = awaitReady(record);
            if (sweep.reads() && !states.currentTag(record).isIn(slot.memory(), layout.tagOffset())) {
                throw StateFault.wrongRecord(states.file().path(), states.currentTag(record));
            }
            slot.take();
            taken++;
            return new StateRecord(record, layout, slot.memory());
        }
    }

    private PipelineSlot awaitReady(int record) {
        while (true) {
            throwFailure();
            for (PipelineSlot slot : slots) {
                if (slot.holds(State.READY, record)) {
                    return slot;
                }
            }
            if (slots.stream().allMatch(slot -> slot.state() == State.TAKEN)) {
                throw new IllegalStateException("all " + slots.size() + " buffers are taken: put one back first");
            }
            Uninterrupted.await(lock);
        }
    }

    /// Gives a record back, to be written where the sweep writes; its memory is the disk's from now on.
    ///
    /// @throws GantryException when the disk failed, for any record so far
    public void put(StateRecord record) {
        synchronized (lock) {
            throwFailure();
            PipelineSlot slot = slots.stream()
                    .filter(found -> found.holds(State.TAKEN, record.index()))
                    .findAny()
                    .orElseThrow(() -> new IllegalStateException("record " + record.index() + " is not taken"));
            given++;
            if (sweep.writes()) {
                states.nextTag(slot.record()).writeTo(slot.memory(), layout.tagOffset());
                slot.startStoring(
                        queue.write(states.file(), states.writeOffset(slot.record()), slot.memory(), () -> done(slot)));
            } else {
                slot.clear();
                fillFreeSlots();
            }
        }
    }

    /// Ends the sweep when everything taken has been given back and is stored; a step is complete then.
    ///
    /// @throws GantryException when the disk failed for any record
    public void finish() {
        synchronized (lock) {
            if (sweep == Sweep.NONE || given != order.length) {
                throw new IllegalStateException(given + " of " + order.length + " records were given back");
            }
            throwFailure();
            while (slots.stream().anyMatch(PipelineSlot::isWithDisk)) {
                Uninterrupted.await(lock);
                throwFailure();
            }
            if (sweep.writes()) {
                states.end();
            }
            sweep = Sweep.NONE;
        }
    }

    /// Gives a sweep up, after a failure or on request. Half a step may have been written: resume from a generation.
    public void abandon() {
        List<IoRequest> requests = new ArrayList<>();
        synchronized (lock) {
            order = new int[0];
            for (PipelineSlot slot : slots) {
                IoRequest request = slot.request();
                if (request != null) {
                    requests.add(request);
                }
            }
        }
        // not under the lock, which whoever is told of the end takes
        requests.forEach(IoRequest::cancel);
        synchronized (lock) {
            while (slots.stream().anyMatch(PipelineSlot::isWithDisk)) {
                Uninterrupted.await(lock);
            }
            slots.forEach(PipelineSlot::clear);
            failure = null;
            sweep = Sweep.NONE;
        }
    }

    private void fillFreeSlots() {
        for (PipelineSlot slot : slots) {
            if (slot.state() != State.FREE || asked >= order.length || failure != null) {
                continue;
            }
            int record = order[asked++];
            if (sweep.reads()) {
                IoRequest request = queue.read(
                        states.file(),
                        states.readOffset(record),
                        slot.memory(),
                        layout.recordBytes(),
                        () -> done(slot));
                slot.startFilling(record, request);
            } else {
                slot.fillWithZeros(record);
            }
        }
    }

    /// Called by the queue; a request is noted in its slot before the lock is free.
    private void done(PipelineSlot slot) {
        synchronized (lock) {
            try {
                slot.requireMoved();
                switch (slot.state()) {
                    case READING -> {
                        bytesRead += layout.recordBytes();
                        slot.filled();
                    }
                    case WRITING -> {
                        bytesWritten += layout.recordBytes();
                        states.wrote(slot.record());
                        slot.clear();
                        fillFreeSlots();
                    }
                    case FREE, READY, TAKEN -> throw new IllegalStateException("a request of nobody ended");
                }
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                }
                slot.clear();
            }
            lock.notifyAll();
        }
    }

    private void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    /// Whole records read so far.
    public long bytesRead() {
        synchronized (lock) {
            return bytesRead;
        }
    }

    /// Whole records written so far.
    public long bytesWritten() {
        synchronized (lock) {
            return bytesWritten;
        }
    }

    /// Gives up what is under way and frees the buffers; file and queue stay open.
    @Override
    public void close() {
        abandon();
        arena.close();
    }
}
