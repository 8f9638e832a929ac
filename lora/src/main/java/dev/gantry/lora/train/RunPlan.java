package dev.gantry.lora.train;

import dev.gantry.lora.data.DataSummary;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.plan.RankPlan;
import dev.gantry.offload.plan.TrainingPlan;
import org.jspecify.annotations.Nullable;

/// What a run would do, before it does anything.
///
/// @param config with everything filled in that was left to be chosen
/// @param data what there is to learn from
/// @param steps optimizer steps
/// @param tokensPerStep tokens of the largest possible step
/// @param memory where the memory goes and how long it takes
/// @param ranks what each rank takes and what crosses between them; null with one rank
public record RunPlan(
        TrainConfig config,
        DataSummary data,
        long steps,
        long tokensPerStep,
        TrainingPlan memory,
        @Nullable RankPlan ranks) {

    public boolean fits() {
        return ranks == null ? memory.fits() : ranks.fits();
    }
}
