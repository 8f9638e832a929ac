package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.offload.trainable.OffloadedStep;
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

    TrainingPlan timed(Placement placement, List<TierUse> tiers, OffloadedStep.Needs needs) {
        ComputeTimes times = rates.compute().of(job, placement.retention());
        double kernels = times.seconds(job.spec().layers()) - times.outside(); // values are updated elsewhere
        double update = DecoderParameters.count(job.spec())
                * UPDATE_BYTES
                / (BYTES_OF_A_COPY * rates.copyBytesPerSecond() * UPDATE_EFFICIENCY);
        Traffic all = needs.passing().plus(needs.updates());
        StepTime step = training.maxGradientNorm() == 0
                ? sideBySide(kernels + update, all)
                : oneAfterTheOther(sideBySide(kernels, needs.passing()), sideBySide(update, needs.updates()));
        MovedBytes bytes = new MovedBytes(0, all.toDevice(), all.diskRead());
        StepTime moving = sideBySide(0, all);
        long free = (long) Math.ceil(moving.seconds() / kernels * job.tokensPerStep());
        return new TrainingPlan(placement, tiers, step, bytes, job.tokensPerStep(), free, job.steps(), List.of());
    }

    private StepTime sideBySide(double computing, Traffic moved) {
        double copies = (moved.toHost() + moved.toDevice()) / rates.copyBytesPerSecond();
        double disk = (moved.diskRead() + moved.diskWritten()) / rates.diskBytesPerSecond();
        return new StepTime(computing + copies / threads, copies, disk);
    }

    /// What the longer of them waits for binds the step, and has the other's time on top.
    private static StepTime oneAfterTheOther(StepTime a, StepTime b) {
        StepTime longer = a.seconds() >= b.seconds() ? a : b;
        double both = a.seconds() + b.seconds();
        return switch (longer.bound()) {
            case COMPUTE -> new StepTime(both, longer.copySeconds(), longer.diskSeconds());
            case COPY -> new StepTime(longer.computeSeconds(), both, longer.diskSeconds());
            case DISK -> new StepTime(longer.computeSeconds(), longer.copySeconds(), both);
        };
    }
}
