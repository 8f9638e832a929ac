package dev.gantry.offload.plan;

import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;

/// How long a step takes that trains an adapter: kernels, and what they wait for.
///
/// @param threads that compute; whoever copies takes its share from them
record AdapterStepTime(TrainingJob job, MachineRates rates, int threads) {

    StepTime of(Placement placement, MovedBytes moved) {
        int layers = job.spec().layers();
        ComputeTimes kernels = kernels(placement);
        double copied = moved.copied() / rates.copyBytesPerSecond();
        double disk = moved.onDisk() / rates.diskBytesPerSecond();
        // whoever copies is one more thread on the cores that compute
        double slower = 1 + copied / threads / kernels.seconds(layers);
        ComputeTimes shared = kernels.slowedBy(slower);
        return new StepTime(shared.seconds(layers), copied, disk, waitSeconds(placement, shared, moved));
    }

    private ComputeTimes kernels(Placement placement) {
        ComputeTimes kernels = rates.compute().of(job, placement.retention());
        return switch (placement.weights()) {
            case Placement.Weights.Mapped _, Placement.Weights.Trained _ -> kernels;
            case Placement.Weights.Tiered tiered ->
                tiered.plan().head().home() == Tier.DEVICE ? kernels : kernels.withLogitsTwice();
        };
    }

    private double waitSeconds(Placement placement, ComputeTimes kernels, MovedBytes moved) {
        return switch (placement.weights()) {
            case Placement.Weights.Mapped _, Placement.Weights.Trained _ -> 0;
            case Placement.Weights.Tiered tiered ->
                Math.max(
                        blockWait(tiered.plan(), kernels, moved) + headWait(kernels, moved.head()),
                        streamWait(kernels, moved));
        };
    }

    private double blockWait(FrozenPlan plan, ComputeTimes kernels, MovedBytes moved) {
        double bytes = moved.blocks() == 0 ? 0 : (double) (moved.hostBytes() + moved.diskBytes()) / moved.blocks();
        double copy = bytes / rates.copyBytesPerSecond();
        double read = bytes / rates.diskBytesPerSecond();
        return StepTimeline.waitSeconds(plan, kernels, new StepTimeline.Loads(copy, Math.max(copy, read)));
    }

    /// Blocks of the head come beside those that are computed, one ahead.
    private double headWait(ComputeTimes kernels, MovedBytes.Head head) {
        double copies = (head.hostBytes() + head.diskBytes()) / rates.copyBytesPerSecond();
        double reads = head.diskBytes() / rates.diskBytesPerSecond();
        return Math.max(0, Math.max(copies, reads) - kernels.head());
    }

    /// The stream comes and goes beside everything else, but for the disk, which does one thing after the other.
    private double streamWait(ComputeTimes kernels, MovedBytes moved) {
        double copies = (moved.stream().toHost() + moved.stream().toDevice()) / rates.copyBytesPerSecond();
        double disk = moved.onDisk() / rates.diskBytesPerSecond();
        return Math.max(0, Math.max(copies, disk) - kernels.seconds(job.spec().layers()));
    }
}
