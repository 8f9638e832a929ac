package dev.gantry.engine.optim;

/// Which optimizer, and its constants.
public sealed interface OptimizerSettings {

    /// AdamW (Loshchilov, Hutter 2019).
    record AdamW(double beta1, double beta2, double epsilon, double weightDecay) implements OptimizerSettings {
        public AdamW {
            requireMoments(beta1, beta2, epsilon, weightDecay);
        }
    }

    /// LAMB (You et al. 2020): Adam with a trust ratio for each tensor, for very large batches.
    record Lamb(double beta1, double beta2, double epsilon, double weightDecay) implements OptimizerSettings {
        public Lamb {
            requireMoments(beta1, beta2, epsilon, weightDecay);
        }
    }

    /// LARS (You, Gitman, Ginsburg 2017): momentum SGD with a trust ratio for each tensor.
    record Lars(double momentum, double weightDecay, double trustCoefficient, double epsilon)
            implements OptimizerSettings {
        public Lars {
            require(momentum >= 0 && momentum < 1, "momentum must be at least 0 and below 1, not " + momentum);
            require(weightDecay >= 0, "weight decay must be 0 or more, not " + weightDecay);
            require(trustCoefficient > 0, "the trust coefficient must be above 0, not " + trustCoefficient);
            require(epsilon >= 0, "epsilon must be 0 or more, not " + epsilon);
        }
    }

    private static void requireMoments(double beta1, double beta2, double epsilon, double weightDecay) {
        require(beta1 >= 0 && beta1 < 1, "beta1 must be at least 0 and below 1, not " + beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2 must be at least 0 and below 1, not " + beta2);
        require(epsilon > 0, "epsilon must be above 0, not " + epsilon);
        require(weightDecay >= 0, "weight decay must be 0 or more, not " + weightDecay);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
