package dev.gantry.lora.train.config;

import dev.gantry.lora.train.DecayScope;
import org.jspecify.annotations.Nullable;

/// The optimizer of a run; null means: chosen for you.
///
/// @param momentum only of LARS
/// @param trustCoefficient only of LARS
/// @param maxGradNorm limit of the global gradient norm; 0 for none
public record OptimizerSection(
        @Nullable Name name,
        @Nullable Double learningRate,
        @Nullable Double beta1,
        @Nullable Double beta2,
        @Nullable Double epsilon,
        @Nullable Double momentum,
        @Nullable Double trustCoefficient,
        @Nullable Double weightDecay,
        @Nullable DecayScope decayScope,
        @Nullable Double maxGradNorm) {
    /// Everything chosen for you.
    public static final OptimizerSection AUTO =
            new OptimizerSection(null, null, null, null, null, null, null, null, null, null);

    /// Which formula.
    public enum Name {
        ADAMW,
        LAMB,
        LARS
    }

    public OptimizerSection {
        Setting.above("optimizer.learning_rate", learningRate, 0);
        Setting.within("optimizer.beta1", beta1, 0, 1);
        Setting.within("optimizer.beta2", beta2, 0, 1);
        Setting.above("optimizer.epsilon", epsilon, 0);
        Setting.within("optimizer.momentum", momentum, 0, 1);
        Setting.above("optimizer.trust_coefficient", trustCoefficient, 0);
        Setting.atLeast("optimizer.weight_decay", weightDecay, 0);
        Setting.atLeast("optimizer.max_grad_norm", maxGradNorm, 0);
    }

    /// Whether gradients of any norm are taken, perhaps before it is known.
    boolean isUnclipped() {
        return maxGradNorm != null && maxGradNorm == 0;
    }
}
