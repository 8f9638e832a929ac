package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.Retention;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.TrainingJob;
import dev.gantry.offload.plan.TrainingPlanner;
import java.util.HashMap;
import java.util.Map;

/// Chooses what the forward keeps: everything, unless memory is short or the settings say otherwise.
final class RetentionChoice {
    private RetentionChoice() {}

    static Retention of(RunInputs inputs, Trainee trainee, Backend backend, long memoryBytes) {
        Retention asked = inputs.settings().config().machine().retention();
        if (asked != null) {
            return asked;
        }
        MachineRates unused = new MachineRates(1); // only the memory of the plan is looked at
        return new TrainingPlanner(backend)
                .plan(job(inputs, trainee), unused, memoryBytes)
                .retention();
    }

    private static TrainingJob job(RunInputs inputs, Trainee trainee) {
        ResolvedSettings settings = inputs.settings();
        Map<AdapterSite, Integer> ranks = new HashMap<>();
        Adapters adapters = trainee.adapters();
        adapters.sites().forEach((site, adapter) -> ranks.put(site, adapter.rank()));
        return new TrainingJob(
                inputs.base().spec(),
                inputs.base().storedTypes(),
                settings.compute(),
                ranks,
                adapters.sites().values().stream()
                        .map(LowRank::dropout)
                        .max(Float::compare)
                        .orElse(0f),
                trainee.gradients().parameters().keySet(),
                inputs.maxBatchTokens(),
                settings.microBatches(),
                settings.loopPlan().totalSteps());
    }
}
