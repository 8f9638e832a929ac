package dev.gantry.offload.trainable;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.trainable.OffloadedStep.Room;
import dev.gantry.offload.trainable.RecordLayout.Piece;
import dev.gantry.offload.trainable.TrainableMemory.Clipping;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All values of a model in training, each kind on its shelf.
final class TrainedValues implements AutoCloseable {
    private final RecordLayout layout;
    private final Traffic.Count traffic = new Traffic.Count();
    private final TrainableMemory memory;
    private final TensorArena tables;
    private final @Nullable WaitingGradients waiting;
    private final GradientShelf gradients;
    private final @Nullable PassingParameters passing;
    private final ParameterCopies parameters;
    private final ElementKernels copies;
    private final StateShelf masters;
    private final StateShelf moments;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    TrainedValues(
            Backend backend,
            RecordLayout layout,
            TrainablePlan plan,
            Clipping clipping,
            Room room,
            Origin origin,
            DiskShelves.Opener opener) {
        this.layout = layout;
        ChunkLayout ready =
                ChunkLayout.ready(layout.model().spec(), layout.model().compute());
        boolean complete = false;
        try {
            memory = new TrainableMemory(layout, plan, ready, clipping, room.device(), room.host(), TensorArena::new);
            owned.push(memory);
            tables = new TensorArena(tablesTier(room.device(), room.host()), "tables that are looked up");
            owned.push(tables);
            DiskShelves disk = new DiskShelves(layout, plan);
            owned.push(disk);
            waiting = waiting(backend, plan, clipping, room, opener);
            gradients = new GradientShelf(backend, layout, plan, memory, waiting, traffic);
            passing = passing(backend, plan, ready, room, opener);
            parameters = new ParameterCopies(layout, ready, memory, tables, passing);
            copies = backend.transferElements();
            masters = shelf(Kind.MASTER, 1, plan, room, origin, disk, opener);
            moments = shelf(Kind.MOMENTS, 2, plan, room, origin, disk, opener);
            try (TensorArena between = new TensorArena(room.host(), "starting values")) {
                start(backend, origin, between);
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /// Tables that are looked up lie in host memory where kernels reach it there.
    static MemoryAccount tablesTier(MemoryAccount device, MemoryAccount host) {
        return device.memory().isHost() ? host : device;
    }

    private @Nullable WaitingGradients waiting(
            Backend backend, TrainablePlan plan, Clipping clipping, Room room, DiskShelves.Opener opener) {
        long bytes = WaitingGradients.fileBytes(layout, plan, clipping);
        if (bytes == 0) {
            return null;
        }
        BlockFile file = DiskShelves.scratch(opener, "gradients", room.diskFolder(), bytes);
        WaitingGradients made =
                new WaitingGradients(layout, plan, file, memory.gradientBuffers(), backend.transferElements());
        owned.push(made);
        return made;
    }

    private @Nullable PassingParameters passing(
            Backend backend, TrainablePlan plan, ChunkLayout ready, Room room, DiskShelves.Opener opener) {
        if (plan.passing(layout).length == 0) {
            return null;
        }
        PassingParameters made = new PassingParameters(backend, layout, plan, ready, memory, room.diskFolder(), opener);
        owned.push(made);
        return made;
    }

    private StateShelf shelf(
            Kind kind,
            int arrays,
            TrainablePlan plan,
            Room room,
            Origin origin,
            DiskShelves disk,
            DiskShelves.Opener opener) {
        DiskRecords records = disk.open(kind, arrays, room, origin, opener);
        StateShelf shelf = new StateShelf(kind, arrays, layout, plan, memory, records, copies, traffic);
        owned.push(shelf);
        return shelf;
    }

    /// Writes the first values of everything, or reads those that are kept.
    private void start(Backend backend, Origin origin, TensorArena between) {
        Reading reading = new Reading(backend, origin, between);
        for (StateArray array : StateArray.values()) {
            if (array.place() == 0) {
                start(array.kind() == Kind.MASTER ? masters : moments, array.kind(), reading);
            }
        }
    }

    private void start(StateShelf shelf, Kind kind, Reading reading) {
        Backend backend = reading.backend;
        Origin origin = reading.origin;
        boolean kept = origin.disk() == Origin.Disk.KEPT;
        if (kept) {
            shelf.resumeFrom(origin.step());
            shelf.beginRead(kind == Kind.MASTER ? layout.order() : new int[0]);
        } else {
            shelf.beginFill(origin.step());
        }
        for (int record : layout.order()) {
            boolean there = kept && shelf.isOnDisk(record);
            if (there && kind != Kind.MASTER) {
                continue;
            }
            Values values = shelf.takeAnywhere(record);
            for (Piece piece : layout.pieces(record)) {
                if (!there) {
                    reading.read(kind, values, piece);
                    backend.synchronize();
                }
                if (kind == Kind.MASTER) {
                    parameters.write(piece, 0, values.row(0, piece, 0, piece.count()), backend.elements());
                }
            }
            backend.synchronize();
            if (kind == Kind.MASTER) {
                written(record);
            }
            shelf.putAnywhere(values);
        }
        shelf.finish();
    }

    /// Brings first values, through memory of the host where they go to a device that has its own.
    private final class Reading {
        private final Backend backend;
        private final Origin origin;
        private final TensorArena between;
        private @Nullable MemorySegment room;

        Reading(Backend backend, Origin origin, TensorArena between) {
            this.backend = backend;
            this.origin = origin;
            this.between = between;
        }

        void read(Kind kind, Values values, Piece piece) {
            for (StateArray array : StateArray.values()) {
                if (array.kind() == kind) {
                    Matrix into = values.row(array.place(), piece, 0, piece.count());
                    if (backend.memory().isHost() || !backend.memory().reaches(into.data())) {
                        origin.values().read(piece.tensor(), array, piece.from(), into);
                    } else {
                        Matrix onHost = Values.row(room().fill((byte) 0), 0, piece.count());
                        origin.values().read(piece.tensor(), array, piece.from(), onHost);
                        backend.elements().copy(onHost, into);
                    }
                }
            }
        }

        private MemorySegment room() {
            if (room == null) {
                room = between.allocateBytes(layout.arrayBytes());
            }
            return room;
        }
    }

    GradientShelf gradientShelf() {
        return gradients;
    }

    StateShelf masters() {
        return masters;
    }

    StateShelf moments() {
        return moments;
    }

    ParameterCopies parameters() {
        return parameters;
    }

    Gradients gradients() {
        return gradients.gradients();
    }

    ModelWeights weights() {
        return parameters.weights();
    }

    StateReader reader() {
        return new StateReader(layout, Map.of(Kind.MASTER, masters, Kind.MOMENTS, moments), copies::copyBytes);
    }

    /// New parameters of a record have been written off the device: they go to their homes.
    void returned(int record) {
        if (passing == null || record >= layout.blocks() || !passing.holds(record)) {
            traffic.toDevice(parameters.bytes(layout.pieces(record)));
        }
        written(record);
    }

    private void written(int record) {
        if (passing != null) {
            passing.written(record);
        }
    }

    /// A step is over: what passed through the device is old.
    void parametersChanged() {
        if (passing != null) {
            passing.changed();
        }
    }

    void checkpoint() {
        masters.checkpoint();
        moments.checkpoint();
    }

    Traffic traffic() {
        long read = masters.bytesRead() + moments.bytesRead() + (waiting == null ? 0 : waiting.bytesRead());
        long written = masters.bytesWritten() + moments.bytesWritten() + (waiting == null ? 0 : waiting.bytesWritten());
        return passing == null ? traffic.with(read, written) : passing.with(traffic.with(read, written));
    }

    long allocations() {
        return memory.allocations() + tables.allocations();
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
