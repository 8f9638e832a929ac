package dev.gantry.offload.plan;

import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.frozen.FrozenPlan;

/// What a plan decides: never the numbers, only where they lie meanwhile.
///
/// @param retention what the forward keeps for the backward
public record Placement(Weights weights, Retention retention) {

    /// Where the frozen weights are while they are not computed with.
    public sealed interface Weights {

        /// In the model's files, mapped into memory and used where they lie.
        record Mapped() implements Weights {}

        /// On the tiers that the plan says.
        record Tiered(FrozenPlan plan) implements Weights {}
    }
}
