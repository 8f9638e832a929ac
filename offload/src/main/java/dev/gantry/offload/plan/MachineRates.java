package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;

/// What a machine can do for a job, measured in about a second rather than looked up.
///
/// @param compute times of kernels
/// @param copyBytesPerSecond from host memory to the device, of what lies in host memory
/// @param diskBytesPerSecond from files past the page cache; infinite where no file is read
public record MachineRates(ComputeRates compute, double copyBytesPerSecond, double diskBytesPerSecond) {
    /// All kernels at one rate, and no disk.
    public MachineRates(double flopsPerSecond, double copyBytesPerSecond) {
        this(flopsPerSecond, copyBytesPerSecond, Double.POSITIVE_INFINITY);
    }

    /// All kernels at one rate.
    public MachineRates(double flopsPerSecond, double copyBytesPerSecond, double diskBytesPerSecond) {
        this(new ComputeRates.OneRate(flopsPerSecond), copyBytesPerSecond, diskBytesPerSecond);
    }

    /// Copies for a moment; kernels are timed when a plan first asks for them.
    public static MachineRates measure(Backend backend, TrainingJob job) {
        return new MomentRates().of(backend, job);
    }

    /// The same machine with a disk of this rate.
    public MachineRates withDisk(double bytesPerSecond) {
        return new MachineRates(compute, copyBytesPerSecond, bytesPerSecond);
    }
}
