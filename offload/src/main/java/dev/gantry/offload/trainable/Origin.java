package dev.gantry.offload.trainable;

/// What training starts or goes on from.
///
/// @param values of what has to be written first
/// @param step steps that led to them
/// @param disk what is done with values that live on disk
public record Origin(StateSource values, long step, Disk disk) {

    /// The states of values on disk.
    public enum Disk {
        /// They are written like all others; what lay in the disk folder before is replaced.
        WRITTEN,
        /// The generation of this step is there from a checkpoint, made under the same plan.
        KEPT
    }

    /// The start of training: values of the masters, moments of zero.
    public static Origin fresh(StateSource values) {
        return new Origin(values, 0, Disk.WRITTEN);
    }
}
