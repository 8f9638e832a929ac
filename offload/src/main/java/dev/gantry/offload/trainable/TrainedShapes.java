package dev.gantry.offload.trainable;

import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.state.RecordPipeline;
import dev.gantry.offload.state.StateLayout;
import dev.gantry.offload.trainable.TrainableMemory.Clipping;
import org.jspecify.annotations.Nullable;

/// What {@link TrainedValues} takes of the accounts, without the memory: made by the code that allocates it.
final class TrainedShapes implements AutoCloseable {
    private final TrainableMemory memory;
    private final TensorArena tables;
    private final TensorArena buffers;
    private final Traffic updates;
    private final Traffic passing;
    private long fileBytes;

    TrainedShapes(
            RecordLayout layout, TrainablePlan plan, Clipping clipping, MemoryAccount device, MemoryAccount host) {
        ChunkLayout ready =
                ChunkLayout.ready(layout.model().spec(), layout.model().compute());
        memory = new TrainableMemory(layout, plan, ready, clipping, device, host, TensorArena::measuring);
        tables = TensorArena.measuring(TrainedValues.tablesTier(device, host), "tables that are looked up");
        buffers = TensorArena.measuring(host, "optimizer state buffers");
        ParameterCopies parameters = new ParameterCopies(layout, ready, memory, tables, null);
        StepMoves moves = new StepMoves(layout, plan, clipping, parameters, ready);
        updates = moves.updates();
        passing = moves.passing();
        fileBytes = plan.count(Kind.PARAMETER, Tier.DISK) * ready.bytes()
                + WaitingGradients.fileBytes(layout, plan, clipping);
        buffer(DiskShelves.stateLayout(layout, plan, Kind.MASTER, 1, ""), plan);
        buffer(DiskShelves.stateLayout(layout, plan, Kind.MOMENTS, 2, ""), plan);
    }

    private void buffer(@Nullable StateLayout states, TrainablePlan plan) {
        if (states != null) {
            buffers.allocateBytes(RecordPipeline.memoryBytes(states, plan.stateBuffers()));
            fileBytes += states.fileBytes();
        }
    }

    /// What every step moves for its updates.
    Traffic updates() {
        return updates;
    }

    /// What every step moves for its sweep.
    Traffic passing() {
        return passing;
    }

    /// What files take on the disk.
    long fileBytes() {
        return fileBytes;
    }

    @Override
    public void close() {
        buffers.close();
        tables.close();
        memory.close();
    }
}
