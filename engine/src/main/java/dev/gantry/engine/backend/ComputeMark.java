package dev.gantry.engine.backend;

/// A place in the order of a backend's compute stream, for transfers that need not wait for what comes after it
/// ({@link ElementKernels#after}). Closed by who asked for it, before the backend.
public interface ComputeMark extends AutoCloseable {
    /// Of kernels that are done when they return.
    ComputeMark NONE = new ComputeMark() {
        @Override
        public void set() {}

        @Override
        public void close() {}
    };

    /// Moves it behind all kernels enqueued so far. Before a mark that was never set there are none.
    void set();

    @Override
    void close();
}
