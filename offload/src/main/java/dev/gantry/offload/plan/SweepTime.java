package dev.gantry.offload.plan;

import dev.gantry.offload.plan.StepTime.Bound;

/// How long sweeps over a model take that only go forward, and why.
///
/// @param computeSeconds of kernels, and of copies that the same cores make
/// @param copySeconds of the link between host and device
/// @param diskSeconds of the disk
/// @param ahead whether blocks are brought while others are computed: with one slot each waits for the last
public record SweepTime(double computeSeconds, double copySeconds, double diskSeconds, boolean ahead) {

    public double seconds() {
        double bringing = Math.max(copySeconds, diskSeconds);
        return ahead ? Math.max(computeSeconds, bringing) : computeSeconds + bringing;
    }

    /// What takes longest.
    public Bound bound() {
        return new StepTime(computeSeconds, copySeconds, diskSeconds).bound();
    }

    SweepTime times(int sweeps) {
        return new SweepTime(sweeps * computeSeconds, sweeps * copySeconds, sweeps * diskSeconds, ahead);
    }
}
