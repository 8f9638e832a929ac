package dev.gantry.lora.train;

import dev.gantry.engine.optim.Schedule;
import dev.gantry.lora.random.TensorRandom;

/// What a training loop does, and when.
///
/// @param totalSteps optimizer steps of the run
/// @param learningRate highest rate
/// @param evalSteps steps between evaluations
/// @param patience evaluations without a better loss before the run ends; 0 for no early stop
public record LoopPlan(
        long totalSteps,
        double learningRate,
        Schedule schedule,
        long evalSteps,
        long checkpointSteps,
        long sampleSteps,
        int keepLast,
        int patience,
        long seed) {

    /// The rate of the step that follows `step` steps.
    double rate(long step) {
        return learningRate * schedule.factor(step);
    }

    /// Seed of that step's dropout: a function of run and step, so that a resume needs no generator's state.
    long dropoutSeed(long step) {
        return new TensorRandom(seed, "dropout of step " + step).nextLong();
    }

    /// Whether something done every `every` steps, and at the end, is due after `step` steps.
    boolean due(long step, long every) {
        return step % every == 0 || step == totalSteps;
    }
}
