package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.offload.trainable.Traffic;
import java.util.List;

/// How long a step takes that trains all parameters off the device.
///
/// Without clipping the values of a block are updated beside the backward of the next; with clipping all updates wait
/// for the norm of all gradients, and come after the backward.
final class FullStepTime {
    /// AdamW reads gradient, master and two moments and writes the last three.
    private static final double UPDATE_BYTES = 7 * Float.BYTES;
    /// A copy reads and writes what it counts once.
    private static final double BYTES_OF_A_COPY = 2;
    /// Share of the machine's copy rate that updates reach.
    private static final double UPDATE_EFFICIENCY = 0.7;

    private final TrainingJob job;
    private final FullTraining training;
    private final MachineRates rates;
    private final int threads;

    FullStepTime(TrainingJob job, FullTraining training, MachineRates rates, int threads) {
        this.job = job;
        this.training = training;
        this.rates = rates;
        this.threads = threads;
    }

    TrainingPlan timed(Placement placement, List<TierUse> tiers, Traffic moved) {
        double kernels = TrainingPlanner.kernelSeconds(job, placement.retention(), rates);
        double copies = (moved.toHost() + moved.toDevice()) / rates.copyBytesPerSecond();
        double disk = (moved.diskRead() + moved.diskWritten()) / rates.diskBytesPerSecond();
        double update = DecoderParameters.count(job.spec())
                * UPDATE_BYTES
                / (BYTES_OF_A_COPY * rates.copyBytesPerSecond() * UPDATE_EFFICIENCY);
        StepTime step = training.maxGradientNorm() == 0
                ? new StepTime(kernels + update + copies / threads, copies, disk)
                : afterTheNorm(kernels, update, copies, disk);
        MovedBytes bytes = new MovedBytes(0, moved.toDevice(), moved.diskRead());
        long free = (long) Math.ceil(Math.max(copies, disk) / kernels * job.tokensPerStep());
        return new TrainingPlan(placement, tiers, step, bytes, job.tokensPerStep(), free, job.steps(), List.of());
    }

    /// What waits for the disk or for copies waits after the kernels, not beside them.
    private StepTime afterTheNorm(double kernels, double update, double copies, double disk) {
        double computing = update + copies / threads;
        double waits = Math.max(copies, disk);
        if (waits <= computing) {
            return new StepTime(kernels + computing, copies, disk);
        }
        double all = kernels + waits;
        return disk >= copies
                ? new StepTime(kernels + computing, copies, all)
                : new StepTime(kernels + computing, all, disk);
    }
}
