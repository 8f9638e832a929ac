package dev.gantry.engine.backend;

import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.TensorArena;
import java.util.function.Consumer;

/// An implementation that the contracts of kernels are held against, with memory that its kernels reach.
public interface Subject extends AutoCloseable {
    Backend backend();

    /// Runs kernels with threads in another order, or with another number of them, which may change no bit.
    void inAnotherOrder(Consumer<Backend> kernels);

    /// Memory for matrices that kernels compute with and the test looks at.
    TensorArena arena();

    /// Seeded matrices in such memory.
    default RandomMatrices matrices(String test) {
        return new RandomMatrices(test, arena());
    }

    @Override
    void close();
}
