package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.TrainingPlanner;

/// Chooses what the forward keeps: everything, unless memory is short or the settings say otherwise.
final class RetentionChoice {
    private RetentionChoice() {}

    static Retention of(RunInputs inputs, Backend backend, long memoryBytes) {
        Retention asked = inputs.settings().config().machine().retention();
        if (asked != null) {
            return asked;
        }
        MachineRates unused = new MachineRates(1); // only the memory of the plan is looked at
        return new TrainingPlanner(backend)
                .plan(JobDescription.of(inputs), unused, memoryBytes)
                .retention();
    }
}
