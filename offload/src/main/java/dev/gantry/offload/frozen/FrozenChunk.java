package dev.gantry.offload.frozen;

/// Where one streamed block is in its life on the device: absent → loading → ready → absent. It is never written, so
/// dropping it costs nothing; several readers may hold it at once.
///
/// Guarded by the lock of whoever owns it.
final class FrozenChunk {
    private final int layer;
    private State state = State.ABSENT;
    private int slot = RingSchedule.EMPTY;
    private int pins;

    /// What is known of the bytes in the slot.
    enum State {
        /// Only at home.
        ABSENT,
        /// On the way into a slot.
        LOADING,
        /// Complete in a slot; pinned while somebody reads it.
        READY
    }

    FrozenChunk(int layer) {
        this.layer = layer;
    }

    State state() {
        return state;
    }

    /// The slot it is in or on the way to.
    int slot() {
        require(state != State.ABSENT, "ask for the slot of");
        return slot;
    }

    int pins() {
        return pins;
    }

    void load(int into) {
        require(state == State.ABSENT, "load");
        state = State.LOADING;
        slot = into;
    }

    void loaded() {
        require(state == State.LOADING, "finish");
        state = State.READY;
    }

    /// What arrived, if anything, must not be read.
    void failed() {
        require(state == State.LOADING, "give up");
        state = State.ABSENT;
    }

    void pin() {
        require(state == State.READY, "pin");
        pins++;
    }

    void unpin() {
        require(pins > 0, "unpin");
        pins--;
    }

    void drop() {
        require(state == State.READY && pins == 0, "drop");
        state = State.ABSENT;
    }

    private void require(boolean legal, String move) {
        if (!legal) {
            throw new IllegalStateException("cannot " + move + " block " + layer + ": it is " + this);
        }
    }

    @Override
    public String toString() {
        return switch (state) {
            case ABSENT -> "absent";
            case LOADING -> "loading into slot " + slot;
            case READY -> "ready in slot " + slot + " with " + pins + " pins";
        };
    }
}
