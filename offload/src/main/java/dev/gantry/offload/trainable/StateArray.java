package dev.gantry.offload.trainable;

/// The f32 values that outlive a step: a run is saved with them and goes on from them.
public enum StateArray {
    MASTER(Kind.MASTER, 0),
    FIRST_MOMENT(Kind.MOMENTS, 0),
    SECOND_MOMENT(Kind.MOMENTS, 1);

    private final Kind kind;
    private final int place;

    StateArray(Kind kind, int place) {
        this.kind = kind;
        this.place = place;
    }

    Kind kind() {
        return kind;
    }

    /// Which of its kind's arrays it is.
    int place() {
        return place;
    }
}
