package dev.gantry.engine.cpu;

/// Which implementation multiplies matrices on the host.
public enum MatmulChoice {
    /// oneDNN where it loads and knows the machine, else the Vector API.
    AUTO,
    /// oneDNN, or a failure that says why not.
    ONEDNN,
    /// Our own kernels over the Vector API.
    VECTOR,
    /// Plain loops, for all other kernels as well: the truth that the rest is tested against.
    SCALAR
}
