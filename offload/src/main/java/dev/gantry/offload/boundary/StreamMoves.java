package dev.gantry.offload.boundary;

import dev.gantry.engine.pass.BoundarySweep;
import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.Tier;

/// What the residual stream moves between tiers in one sweep.
///
/// @param toHost bytes from the device
/// @param toDevice bytes to the device
/// @param diskRead of them from files
/// @param diskWritten of them to files
public record StreamMoves(long toHost, long toDevice, long diskRead, long diskWritten) {

    /// A stream that stays on the device.
    public static final StreamMoves NONE = new StreamMoves(0, 0, 0, 0);

    /// Counts with the code that moves them.
    public static StreamMoves of(BoundaryPlan plan, BoundarySweep sweep, int hidden) {
        SweepScript script = new SweepScript(sweep, sweep.microBatches());
        Count count = new Count(plan, script, hidden);
        StreamSlots slots = new StreamSlots(
                script,
                SweepScript.items(sweep.layers(), sweep.microBatches()),
                plan.slots(),
                item -> plan.homes().get(script.unit(item)) != Tier.DEVICE,
                count);
        while (slots.current() < script.visits()) {
            slots.visited();
        }
        return new StreamMoves(count.toHost, count.toDevice, count.diskRead, count.diskWritten);
    }

    /// What was moved since an earlier snapshot.
    public StreamMoves since(StreamMoves earlier) {
        return new StreamMoves(
                toHost - earlier.toHost,
                toDevice - earlier.toDevice,
                diskRead - earlier.diskRead,
                diskWritten - earlier.diskWritten);
    }

    private static final class Count implements StreamSlots.Moves {
        private final BoundaryPlan plan;
        private final SweepScript script;
        private final long rowBytes;
        private long toHost;
        private long toDevice;
        private long diskRead;
        private long diskWritten;

        Count(BoundaryPlan plan, SweepScript script, int hidden) {
            this.plan = plan;
            this.script = script;
            this.rowBytes = (long) hidden * DType.F32.bytes();
        }

        @Override
        public void load(int item, int slot) {
            toDevice += script.tokens(item) * rowBytes;
            diskRead += onDisk(item);
        }

        @Override
        public void store(int item, int slot) {
            toHost += script.tokens(item) * rowBytes;
            diskWritten += onDisk(item);
        }

        private long onDisk(int item) {
            return plan.homes().get(script.unit(item)) == Tier.DISK ? script.tokens(item) * rowBytes : 0;
        }
    }
}
