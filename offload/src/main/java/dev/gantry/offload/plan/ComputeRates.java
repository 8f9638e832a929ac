package dev.gantry.offload.plan;

import dev.gantry.engine.pass.Retention;

/// How fast a machine computes, as a plan asks it.
public interface ComputeRates {

    /// Times of a job's step.
    ComputeTimes of(TrainingJob job, Retention retention);

    /// All kernels at one rate: enough to compare plans of one job.
    ///
    /// @param flopsPerSecond two operations for each multiply-add
    record OneRate(double flopsPerSecond) implements ComputeRates {
        @Override
        public ComputeTimes of(TrainingJob job, Retention retention) {
            TrainingFlops flops = TrainingFlops.of(job);
            double seconds = job.tokensPerStep() / flopsPerSecond;
            return new ComputeTimes(
                    flops.blockForward() * seconds,
                    flops.blockBackward(retention) * seconds,
                    flops.head() * seconds,
                    0);
        }
    }
}
