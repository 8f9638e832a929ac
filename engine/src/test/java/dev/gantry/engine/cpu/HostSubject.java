package dev.gantry.engine.cpu;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.Subject;
import dev.gantry.engine.tensor.TensorArena;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The processor's kernels, on two threads and then on three.
public final class HostSubject implements Subject {
    private final MatmulChoice choice;
    private final CpuBackend backend;
    private @Nullable CpuBackend other;

    public HostSubject(MatmulChoice choice) {
        this.choice = choice;
        backend = new CpuBackend(2, choice);
    }

    /// Vector kernels for everything.
    public static HostSubject vector() {
        HostSubject subject = new HostSubject(MatmulChoice.VECTOR);
        if (!subject.backend.description().contains("; vector ")) {
            throw new IllegalStateException("no vector kernels to test: " + subject.backend.description());
        }
        return subject;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public void inAnotherOrder(Consumer<Backend> kernels) {
        if (other == null) {
            other = new CpuBackend(3, choice);
        }
        kernels.accept(other);
    }

    @Override
    public TensorArena arena() {
        return new TensorArena();
    }

    @Override
    public void close() {
        if (other != null) {
            other.close();
        }
        backend.close();
    }
}
