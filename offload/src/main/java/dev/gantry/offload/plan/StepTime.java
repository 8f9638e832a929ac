package dev.gantry.offload.plan;

/// How long one optimizer step takes, and why.
///
/// Copies run beside the computing; where they share its processor, their work is added to it.
///
/// @param computeSeconds of kernels, and of copies that the same cores make
/// @param copySeconds of the link between host and device
/// @param diskSeconds of the disk
public record StepTime(double computeSeconds, double copySeconds, double diskSeconds) {

    /// What a step waits for.
    public enum Bound {
        COMPUTE,
        COPY,
        DISK
    }

    public double seconds() {
        return Math.max(computeSeconds, Math.max(copySeconds, diskSeconds));
    }

    public Bound bound() {
        if (computeSeconds >= Math.max(copySeconds, diskSeconds)) {
            return Bound.COMPUTE;
        }
        return copySeconds >= diskSeconds ? Bound.COPY : Bound.DISK;
    }
}
