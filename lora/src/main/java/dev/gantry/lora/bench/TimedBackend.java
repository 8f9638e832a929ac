package dev.gantry.lora.bench;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ForwardingBackend;

/// Another backend, with its matrix products timed. Only for backends whose kernels have finished when they return.
final class TimedBackend extends ForwardingBackend {
    private final TimedMatmul matmul;

    TimedBackend(Backend backend) {
        super(backend);
        this.matmul = new TimedMatmul(backend.matmul());
    }

    @Override
    public TimedMatmul matmul() {
        return matmul;
    }
}
