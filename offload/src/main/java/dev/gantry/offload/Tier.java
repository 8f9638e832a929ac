package dev.gantry.offload;

/// Where bytes can live, fastest first.
public enum Tier {
    /// Memory that kernels compute in.
    DEVICE,
    /// Memory of the machine.
    HOST,
    /// Files.
    DISK
}
