package dev.gantry.offload.trainable;

import java.util.EnumSet;
import java.util.Set;

/// Where a record is on its way through a step.
enum ChunkState {
    /// No step is under way: all values are those after the last step.
    RESTING,
    /// Its gradient lies on the device and is being added to.
    COLLECTING,
    /// Its gradient is complete, its squares are summed; it still lies where it was added up.
    COMPLETE,
    /// Its gradient lies at its home and waits for the norm of all gradients.
    PARKED,
    /// Its values are being rewritten; where its gradient was added up is free.
    UPDATING,
    /// All its values are those after this step.
    UPDATED;

    /// The legal moves from here.
    Set<ChunkState> next() {
        return switch (this) {
            case RESTING -> EnumSet.of(COLLECTING);
            case COLLECTING -> EnumSet.of(COMPLETE);
            // back to rest, as from PARKED: a step whose loss is not a number changes nothing
            case COMPLETE -> EnumSet.of(PARKED, UPDATING, RESTING);
            case PARKED -> EnumSet.of(UPDATING, RESTING);
            case UPDATING -> EnumSet.of(UPDATED);
            case UPDATED -> EnumSet.of(RESTING);
        };
    }
}
