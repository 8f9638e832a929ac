package dev.gantry.offload.plan;

import dev.gantry.engine.pass.BoundarySweep;
import dev.gantry.engine.pass.BoundarySweep.Course;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.Tier;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.boundary.StreamMoves;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.RingSchedule;
import java.util.Collections;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/// What each optimizer step after the first moves, counted with the schedules that whoever moves it follows.
///
/// @param blocks of the decoder copied to the device
/// @param hostBytes of them from host memory
/// @param diskBytes of them from files
/// @param head what a head that passes through the device moves
/// @param stream what the residual stream moves in the largest step
public record MovedBytes(long blocks, long hostBytes, long diskBytes, Head head, StreamMoves stream) {
    static final MovedBytes NONE = new MovedBytes(0, 0, 0);

    /// Blocks of the head.
    ///
    /// @param blocks copied to the device
    /// @param hostBytes of them from host memory
    /// @param diskBytes of them from files
    public record Head(long blocks, long hostBytes, long diskBytes) {
        static final Head NONE = new Head(0, 0, 0);
    }

    /// With head and stream on the device.
    MovedBytes(long blocks, long hostBytes, long diskBytes) {
        this(blocks, hostBytes, diskBytes, Head.NONE, StreamMoves.NONE);
    }

    /// What a layout moves of the frozen weights and the stream beside an adapter.
    static MovedBytes perStep(TrainingJob job, Retention retention, FrozenPlan plan, BoundaryPlan stream) {
        ModelShapes model = job.shapes();
        return perStep(plan, layer -> model.movedBytes(plan, layer))
                .with(head(model, plan), streamed(job, retention, plan, stream));
    }

    /// @param bytes that each block moves
    private static MovedBytes perStep(FrozenPlan plan, IntToLongFunction bytes) {
        if (StepTimeline.streamed(plan).length == 0) {
            return NONE;
        }
        RingSchedule steady = StepTimeline.steady(plan);
        long hostBytes = 0;
        long diskBytes = 0;
        for (RingSchedule.Load load : steady.loads()) {
            long moved = bytes.applyAsLong(load.block());
            if (plan.homes().get(load.block()) == Tier.HOST) {
                hostBytes += moved;
            } else {
                diskBytes += moved;
            }
        }
        return new MovedBytes(steady.loads().size(), hostBytes, diskBytes);
    }

    private MovedBytes with(Head ofHead, StreamMoves ofStream) {
        return new MovedBytes(blocks, hostBytes, diskBytes, ofHead, ofStream);
    }

    private static Head head(ModelShapes model, FrozenPlan plan) {
        if (plan.head().slots() == 0) {
            return Head.NONE;
        }
        int blocks = HeadBlocks.of(model.spec()).count();
        int slots = Math.min(plan.head().slots(), blocks);
        int lead = Math.clamp(slots - 1, 0, 1);
        int[] visits = RingSchedule.visits(
                Sweep.FORWARD_BACKWARD, IntStream.range(0, blocks).toArray());
        RingSchedule first = RingSchedule.of(RingSchedule.emptySlots(slots), visits, lead);
        List<RingSchedule.Load> loads =
                RingSchedule.of(first.contentsAfter(), visits, lead).loads();
        long bytes = loads.stream()
                .mapToLong(load -> model.movedHeadBytes(plan, load.block()))
                .sum();
        return plan.head().home() == Tier.HOST ? new Head(loads.size(), bytes, 0) : new Head(loads.size(), 0, bytes);
    }

    private static StreamMoves streamed(TrainingJob job, Retention retention, FrozenPlan plan, BoundaryPlan stream) {
        var rounds = plan.head().order().rounds(job.spec(), HeadBlocks.of(job.spec()));
        // nothing in front of the blocks is trained beside an adapter on frozen blocks
        Course course = new Course.Training(retention, rounds, false);
        List<Integer> tokens = Collections.nCopies(job.microBatches(), job.microBatchTokens());
        BoundarySweep sweep = new BoundarySweep(course, job.spec().layers(), tokens);
        return stream.leavesDevice() ? StreamMoves.of(stream, sweep, job.spec().hidden()) : StreamMoves.NONE;
    }

    /// The same without the stream, which grows with the tokens of a step as computing does.
    public MovedBytes ofWeights() {
        return with(head, StreamMoves.NONE);
    }

    /// Everything that passes between host and device.
    long copied() {
        return hostBytes + diskBytes + head.hostBytes() + head.diskBytes() + stream.toHost() + stream.toDevice();
    }

    /// Everything that passes between files and host.
    long onDisk() {
        return diskBytes + head.diskBytes() + stream.diskRead() + stream.diskWritten();
    }
}
