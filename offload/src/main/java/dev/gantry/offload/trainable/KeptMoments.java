package dev.gantry.offload.trainable;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.offload.trainable.OffloadedStep.Room;
import java.util.Map;

/// Moments that a run left on disk under another plan, to go on from them under a new one. Only reads: the files serve
/// the checkpoint they belong to until the next one is there.
public final class KeptMoments implements AutoCloseable {
    private final RecordLayout layout;
    private final TrainablePlan plan;
    private final DiskShelves disk;
    private final StateShelf shelf;
    private final StateReader reader;

    /// Opens the generation of a step.
    ///
    /// @param plan that the files were made under; some moments live on disk in it
    /// @param room where the files are; its host memory takes the buffers
    /// @throws GantryException when the files are missing, belong to another run or hold no such generation
    public KeptMoments(RecordLayout layout, TrainablePlan plan, Room room, long step) {
        this.layout = layout;
        this.plan = plan;
        this.disk = new DiskShelves(layout, plan);
        boolean complete = false;
        try {
            Origin origin = new Origin((tensor, array, from, into) -> {}, step, Origin.Disk.KEPT);
            DiskRecords records = disk.open(Kind.MOMENTS, 2, room, origin, DiskShelves.Opener.IN_FILES);
            shelf = new StateShelf(Kind.MOMENTS, 2, layout, plan, null, records, null, new Traffic.Count());
            reader = new StateReader(layout, Map.of(Kind.MOMENTS, shelf), Memory.HOST::copy);
            complete = true;
        } finally {
            if (!complete) {
                disk.close();
            }
        }
        complete = false;
        try {
            shelf.resumeFrom(step);
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /// Whether all moments of a tensor are in these files.
    public boolean holds(TrainedTensor tensor) {
        return plan.isOnDisk(layout, Kind.MOMENTS, tensor);
    }

    /// Copies adjacent elements to memory of the host, see {@link StateSource#read}.
    public void read(TrainedTensor tensor, StateArray array, long from, Matrix into) {
        reader.read(tensor, array, from, into);
    }

    @Override
    public void close() {
        reader.close();
        shelf.close();
        disk.close();
    }
}
