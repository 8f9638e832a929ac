package dev.gantry.offload.plan;

/// How long one optimizer step takes, and why.
///
/// Copies run beside the computing; where they share its processor, their work is added to it.
///
/// @param computeSeconds of kernels, and of copies that the same cores make
/// @param copySeconds of the link between host and device
/// @param diskSeconds of the disk
/// @param waitSeconds that computing waits for blocks that are not there yet
public record StepTime(double computeSeconds, double copySeconds, double diskSeconds, double waitSeconds) {

    /// What a step waits for.
    public enum Bound {
        COMPUTE,
        COPY,
        DISK
    }

    /// A step whose copies and reads run beside the computing from its start to its end.
    public StepTime(double computeSeconds, double copySeconds, double diskSeconds) {
        this(
                computeSeconds,
                copySeconds,
                diskSeconds,
                Math.max(0, Math.max(copySeconds, diskSeconds) - computeSeconds));
    }

    public double seconds() {
        return computeSeconds + waitSeconds;
    }

    public Bound bound() {
        if (computeSeconds >= Math.max(copySeconds, diskSeconds)) {
            return Bound.COMPUTE;
        }
        return copySeconds >= diskSeconds ? Bound.COPY : Bound.DISK;
    }
}
