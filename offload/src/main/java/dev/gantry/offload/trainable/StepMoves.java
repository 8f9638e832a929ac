package dev.gantry.offload.trainable;

import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.frozen.PassingBlocks;
import dev.gantry.offload.state.StateLayout;
import dev.gantry.offload.trainable.TrainableMemory.Clipping;

/// What a step moves between tiers, told before any is taken.
final class StepMoves {
    private final RecordLayout layout;
    private final TrainablePlan plan;
    private final Clipping clipping;
    private final ParameterCopies shapes;
    private final ChunkLayout ready;
    private long toHost;
    private long toDevice;

    /// @param shapes of the parameters
    StepMoves(RecordLayout layout, TrainablePlan plan, Clipping clipping, ParameterCopies shapes, ChunkLayout ready) {
        this.layout = layout;
        this.plan = plan;
        this.clipping = clipping;
        this.shapes = shapes;
        this.ready = ready;
    }

    /// What passes through the device in a step's sweep, and gradients that leave it to wait.
    Traffic passing() {
        int[] blocks = plan.passing(layout);
        int[] loads = PassingBlocks.loads(blocks);
        long fromHost = 0;
        long fromDisk = 0;
        for (int i = 0; i < blocks.length; i++) {
            switch (plan.home(Kind.PARAMETER, blocks[i])) {
                case DEVICE -> {}
                case HOST -> fromHost += loads[i] * ready.payloadBytes();
                case DISK -> fromDisk += loads[i] * ready.bytes();
            }
        }
        long parked = parked() * layout.elements() * DType.F32.bytes();
        return new Traffic(parked, fromHost + fromDisk, fromDisk, WaitingGradients.fileBytes(layout, plan, clipping));
    }

    /// Gradients that leave the device before the norm is known.
    private long parked() {
        return switch (clipping) {
            case ON -> layout.records() - (long) plan.count(Kind.GRADIENT, Tier.DEVICE);
            case OFF -> 0;
        };
    }

    /// What updates move. Together both are what {@link OffloadedStep#traffic} will count for every step.
    Traffic updates() {
        toHost = 0;
        toDevice = 0;
        for (int record = 0; record < layout.records(); record++) {
            gradient(record);
            if (!plan.isUpdatedOnDevice(record)) {
                if (plan.home(Kind.PARAMETER, record) == Tier.DEVICE) {
                    toDevice += shapes.bytes(layout.pieces(record));
                }
                state(plan.home(Kind.MASTER, record), 1);
                state(plan.home(Kind.MOMENTS, record), 2);
            }
        }
        long disk = disk(Kind.MASTER, 1) + disk(Kind.MOMENTS, 2);
        long parameters = plan.count(Kind.PARAMETER, Tier.DISK) * ready.bytes();
        long gradients = WaitingGradients.fileBytes(layout, plan, clipping);
        return new Traffic(toHost, toDevice, disk + gradients, disk + parameters);
    }

    private void gradient(int record) {
        long bytes = layout.elements() * DType.F32.bytes();
        boolean leaves = plan.home(Kind.GRADIENT, record) != Tier.DEVICE;
        boolean onDevice = plan.isUpdatedOnDevice(record);
        boolean parked = leaves && clipping == Clipping.ON;
        if (!parked && !onDevice) {
            toHost += bytes;
        }
        if (parked && onDevice) {
            toDevice += bytes;
        }
    }

    /// What lives on the device and is updated off it comes and goes.
    private void state(Tier home, int arrays) {
        if (home == Tier.DEVICE) {
            toHost += arrays * layout.arrayBytes();
            toDevice += arrays * layout.arrayBytes();
        }
    }

    private long disk(Kind kind, int arrays) {
        StateLayout states = DiskShelves.stateLayout(layout, plan, kind, arrays, "");
        return states == null ? 0 : states.records() * states.recordBytes();
    }
}
