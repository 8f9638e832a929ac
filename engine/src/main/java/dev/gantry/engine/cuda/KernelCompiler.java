package dev.gantry.engine.cuda;

/// Turns kernel text into what a driver loads.
public interface KernelCompiler {
    /// Which compiler this is, such as `nvrtc 13.0`: images of different versions are different.
    String version();

    /// An image for one sort of card.
    ///
    /// @throws CudaException when the text does not compile
    byte[] compile(KernelSource source, ComputeCapability capability);
}
