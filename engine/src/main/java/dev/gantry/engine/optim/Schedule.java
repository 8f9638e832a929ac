package dev.gantry.engine.optim;

/// The learning rate over a run, as transformers' schedulers give it: steps count from 0, and a warm-up of w steps
/// starts at rate 0 and reaches the full rate at step w.
public sealed interface Schedule {

    /// Steps of linear warm-up.
    long warmupSteps();

    /// The rate after the warm-up, as a fraction of the highest.
    double afterWarmup(long step);

    /// The rate of a step as a fraction of the highest.
    default double factor(long step) {
        return step < warmupSteps() ? (double) step / warmupSteps() : afterWarmup(step);
    }

    /// Stays at the highest rate.
    record Constant(long warmupSteps) implements Schedule {
        @Override
        public double afterWarmup(long step) {
            return 1;
        }
    }

    /// Falls along a line to `finalShare` at `totalSteps`.
    record Linear(long warmupSteps, long totalSteps, double finalShare) implements Schedule {
        public Linear(long warmupSteps, long totalSteps) {
            this(warmupSteps, totalSteps, 0);
        }

        @Override
        public double afterWarmup(long step) {
            return above(finalShare, Math.max(0, 1 - progress(step, warmupSteps, totalSteps)));
        }
    }

    /// Falls along half a cosine to `finalShare` at `totalSteps` (Loshchilov, Hutter 2017).
    record Cosine(long warmupSteps, long totalSteps, double finalShare) implements Schedule {
        public Cosine(long warmupSteps, long totalSteps) {
            this(warmupSteps, totalSteps, 0);
        }

        @Override
        public double afterWarmup(long step) {
            double progress = Math.min(1, progress(step, warmupSteps, totalSteps));
            return above(finalShare, 0.5 * (1 + StrictMath.cos(Math.PI * progress)));
        }
    }

    private static double above(double finalShare, double factor) {
        return finalShare + (1 - finalShare) * factor;
    }

    private static double progress(long step, long warmupSteps, long totalSteps) {
        return (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    }
}
