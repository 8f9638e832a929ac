package dev.gantry.offload.plan;

import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.trainable.TrainablePlan;

/// What a plan decides: never the numbers, only where they lie meanwhile.
///
/// @param weights where they and what belongs to them are
/// @param retention what the forward keeps for the backward
public record Placement(Weights weights, Retention retention) {

    /// Where weights are while they are not computed with.
    public sealed interface Weights {

        /// In the model's files, mapped into memory and used where they lie.
        record Mapped() implements Weights {}

        /// Frozen beside an adapter, on the tiers that the plan says.
        ///
        /// @param boundaries where the residual stream lives
        record Tiered(FrozenPlan plan, BoundaryPlan boundaries) implements Weights {}

        /// All trained, with gradients and states on the tiers that the plan says.
        ///
        /// @param boundaries where the residual stream lives
        record Trained(TrainablePlan plan, BoundaryPlan boundaries) implements Weights {}
    }
}
