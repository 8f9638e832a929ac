package dev.gantry.offload.state;

import dev.gantry.offload.io.IoRequest;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One buffer of a pipeline and what it is good for at the moment.
final class PipelineSlot {
    enum State {
        /// Nothing in it.
        FREE,
        /// The disk is filling it.
        READING,
        /// It waits to be taken.
        READY,
        /// It belongs to the caller.
        TAKEN,
        /// The disk is storing it.
        WRITING
    }

    private final MemorySegment memory;
    private State state = State.FREE;
    private int record;
    private @Nullable IoRequest request;

    PipelineSlot(MemorySegment memory) {
        this.memory = memory;
    }

    MemorySegment memory() {
        return memory;
    }

    State state() {
        return state;
    }

    int record() {
        return record;
    }

    boolean holds(State wanted, int wantedRecord) {
        return state == wanted && record == wantedRecord;
    }

    boolean isWithDisk() {
        return state == State.READING || state == State.WRITING;
    }

    void startFilling(int newRecord, IoRequest newRequest) {
        move(State.FREE, State.READING);
        record = newRecord;
        request = newRequest;
    }

    void filled() {
        move(State.READING, State.READY);
    }

    void fillWithZeros(int newRecord) {
        memory.fill((byte) 0);
        move(State.FREE, State.READY);
        record = newRecord;
    }

    void take() {
        move(State.READY, State.TAKEN);
    }

    void startStoring(IoRequest newRequest) {
        move(State.TAKEN, State.WRITING);
        request = newRequest;
    }

    /// Nothing in it is needed any more.
    void clear() {
        state = State.FREE;
    }

    /// The request that last used the memory.
    @Nullable
    IoRequest request() {
        return request;
    }

    /// @throws RuntimeException what went wrong with the last request, which is done
    void requireMoved() {
        if (request != null) {
            request.await();
        }
    }

    private void move(State from, State to) {
        if (state != from) {
            throw new IllegalStateException("a buffer goes from " + state + " to " + to);
        }
        state = to;
    }
}
