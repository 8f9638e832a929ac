package dev.gantry.lora.conformance;

/// The outcome for one quantity of one case.
public sealed interface Finding {

    /// What was compared, such as `forward logits`.
    String quantity();

    /// Compared within a tolerance or for equality.
    ///
    /// @param worst largest difference divided by what is allowed: passes up to 1; infinite where values differ
    ///     that must be equal
    /// @param worstAbsolute largest difference itself
    /// @param where the tensor that came out worst
    /// @param tensors number of tensors compared
    record Compared(String quantity, double worst, double worstAbsolute, String where, int tensors) implements Finding {
        public boolean passed() {
            return worst <= 1;
        }
    }

    /// Could not be computed; counts as failed.
    record Failed(String quantity, String reason) implements Finding {}

    /// Gantry cannot do this yet; neither passed nor failed.
    record NotYet(String quantity, String reason) implements Finding {}
}
