package dev.gantry.engine.backend;

/// Kernels that run beside a device, on memory of the host; for one caller at a time.
///
/// @param end lets their threads end
public record OffDeviceKernels(OptimizerKernels optimizers, ElementKernels elements, Runnable end)
        implements AutoCloseable {
    @Override
    public void close() {
        end.run();
    }
}
