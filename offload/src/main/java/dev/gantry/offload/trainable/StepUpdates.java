package dev.gantry.offload.trainable;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.OffDeviceKernels;
import dev.gantry.engine.pass.BackwardListener;
import dev.gantry.offload.io.SideThread;
import dev.gantry.offload.trainable.RecordLayout.Piece;
import dev.gantry.offload.trainable.TrainableMemory.Clipping;
import java.lang.foreign.MemorySegment;

/// What happens to gradients from the moment a block's is complete: without clipping its values are updated at once,
/// beside the backward of the next block; with clipping it goes home and waits for the norm.
///
/// Copies and updates off the device are made by one thread of their own, in the order in which gradients become
/// complete; what is on the device is updated by the thread of the pass.
final class StepUpdates implements BackwardListener, AutoCloseable {
    private final Backend backend;
    private final RecordLayout layout;
    private final TrainablePlan plan;
    private final Clipping clipping;
    private final GradientShelf gradients;
    private final StateShelf masters;
    private final StateShelf moments;
    private final ParameterCopies parameters;
    private final TrainedValues values;
    private final TrainableChunks chunks;
    private final SideThread side;
    private final OffDeviceKernels beside;
    private final OffDeviceKernels alone;
    private final double[] squares; // by tensor
    private AdamUpdate update;
    private boolean finite;

    /// @param none an update that is never made
    StepUpdates(
            Backend backend,
            RecordLayout layout,
            TrainablePlan plan,
            Clipping clipping,
            TrainedValues values,
            AdamUpdate none) {
        this.backend = backend;
        this.layout = layout;
        this.plan = plan;
        this.clipping = clipping;
        this.gradients = values.gradientShelf();
        this.masters = values.masters();
        this.moments = values.moments();
        this.parameters = values.parameters();
        this.values = values;
        this.chunks = new TrainableChunks(layout.records());
        this.squares = new double[layout.model().tensors().size()];
        this.update = none;
        this.beside = backend.offDevice(1);
        this.alone = backend.offDevice(plan.threads());
        this.side = new SideThread("gantry-update", chunks::fail);
    }

    /// Begins a step.
    ///
    /// @param first the update without clipping; with clipping {@link #apply} brings the real one
    void begin(AdamUpdate first) {
        update = first;
        finite = true;
        if (clipping == Clipping.OFF) {
            beginStates();
        }
        for (int record = layout.blocks(); record < layout.records(); record++) {
            chunks.move(record, ChunkState.COLLECTING);
            gradients.clear(record);
        }
    }

    private void beginStates() {
        masters.beginUpdate(update.number());
        moments.beginUpdate(update.number());
    }

    @Override
    public void blockStarted(int layer) {
        int before = gradients.before(layer);
        if (before != GradientShelf.NOBODY) {
            chunks.awaitGradientGone(before);
        }
        chunks.move(layer, ChunkState.COLLECTING);
        gradients.clear(layer);
    }

    @Override
    public void blockFinished(int layer) {
        backend.synchronize();
        for (Piece piece : layout.pieces(layer)) {
            sumSquares(piece.tensor());
        }
        complete(layer);
    }

    /// The backward is over: what lies outside the blocks is complete as well.
    void backwardFinished() {
        backend.synchronize();
        layout.outside().forEach(this::sumSquares);
        for (int record = layout.blocks(); record < layout.records(); record++) {
            complete(record);
        }
    }

    /// A whole tensor at a time, as the norm in memory does it.
    private void sumSquares(TrainedTensor tensor) {
        double sum = backend.elements().sumOfSquares(gradients.of(tensor));
        squares[tensor.index()] = sum;
        finite &= Double.isFinite(sum);
    }

    private void complete(int record) {
        chunks.move(record, ChunkState.COMPLETE);
        switch (clipping) {
            case ON -> {
                if (gradients.leaves(record)) {
                    side.submit(() -> {
                        gradients.park(record);
                        chunks.move(record, ChunkState.PARKED);
                    });
                }
            }
            case OFF -> {
                if (finite) {
                    update(record, beside);
                } else {
                    chunks.move(record, ChunkState.RESTING);
                }
            }
        }
    }

    /// Sums of squares of all gradients, by tensor.
    double[] squares() {
        return squares.clone();
    }

    /// Ends the step: all values are updated when this returns.
    ///
    /// @param scaled the update of this step
    void apply(AdamUpdate scaled) {
        if (clipping == Clipping.ON) {
            side.drain();
            update = scaled;
            beginStates();
            gradients.beginReturn();
            for (int record : layout.order()) {
                update(record, alone);
            }
        }
        side.drain();
        masters.finish();
        moments.finish();
        for (int record = 0; record < layout.records(); record++) {
            chunks.move(record, ChunkState.RESTING);
        }
    }

    /// Ends a step that changes nothing.
    void discard() {
        side.drain();
        gradients.forget();
        for (int record = 0; record < layout.records(); record++) {
            chunks.move(record, ChunkState.RESTING);
        }
    }

    private void update(int record, OffDeviceKernels kernels) {
        if (plan.isUpdatedOnDevice(record)) {
            updateOnDevice(record);
        } else {
            side.submit(() -> updateOffDevice(record, kernels));
        }
    }

    private void updateOnDevice(int record) {
        boolean parked = chunks.state(record) == ChunkState.PARKED;
        MemorySegment gradient = parked ? returned(record) : gradients.onDevice(record);
        chunks.move(record, ChunkState.UPDATING);
        update.apply(
                layout.pieces(record),
                gradient,
                masters.onSpot(record),
                moments.onSpot(record),
                parameters,
                backend.optimizers(),
                backend.elements());
        backend.synchronize();
        chunks.move(record, ChunkState.UPDATED);
    }

    private MemorySegment returned(int record) {
        if (gradients.isOnDisk(record)) {
            // one thread reads the file, in its order
            side.submit(() -> gradients.returned(record));
            side.drain();
            return gradients.onDevice(record);
        }
        return gradients.returned(record);
    }

    private void updateOffDevice(int record, OffDeviceKernels kernels) {
        boolean parked = chunks.state(record) == ChunkState.PARKED;
        MemorySegment gradient = parked ? gradients.parked(record) : gradients.take(record);
        chunks.move(record, ChunkState.UPDATING);
        Values master = masters.take(record);
        Values moment = moments.take(record);
        update.apply(
                layout.pieces(record), gradient, master, moment, parameters, kernels.optimizers(), kernels.elements());
        values.returned(record);
        masters.put(master);
        moments.put(moment);
        chunks.move(record, ChunkState.UPDATED);
    }

    @Override
    public void close() {
        side.close();
        beside.close();
        alone.close();
    }
}
