package dev.gantry.engine.backend;

import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import org.junit.jupiter.api.AfterEach;

/// Holds an implementation against the scalar truth. Contracts have the cases; who extends them says which kernels, and
/// over which sizes.
public abstract class KernelContract {
    protected final Subject subject;
    /// The implementation.
    protected final Backend kernels;

    protected final KernelSet scalar = KernelSet.scalar();

    /// @param subject closed after each test
    protected KernelContract(Subject subject) {
        this.subject = subject;
        kernels = subject.backend();
    }

    protected final RandomMatrices matrices(String test) {
        return subject.matrices(getClass().getSimpleName() + "." + test);
    }

    @AfterEach
    final void closeSubject() {
        subject.close();
    }
}
