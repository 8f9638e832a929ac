package dev.gantry.engine.optim;

import dev.gantry.engine.backend.OptimizerKernels.AdamStep;

/// What Adam's steps have in common; also for those who keep its states themselves.
public record AdamConstants(double beta1, double beta2, double epsilon) {

    public static AdamConstants of(OptimizerSettings.AdamW settings) {
        return new AdamConstants(settings.beta1(), settings.beta2(), settings.epsilon());
    }

    /// Constants of one step. StrictMath gives the same bits on every machine.
    ///
    /// @param step counted from 1
    public AdamStep at(long step, double learningRate, double weightDecay) {
        return new AdamStep(
                learningRate,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                1 - StrictMath.pow(beta1, (double) step),
                1 - StrictMath.pow(beta2, (double) step));
    }
}
