package dev.gantry.lora.bench;

import dev.gantry.engine.backend.ActivationKernels;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.backend.EmbeddingKernels;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.NormKernels;
import dev.gantry.engine.backend.OffDeviceKernels;
import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.backend.RotaryKernels;

/// Another backend, with its matrix products timed. Only for backends whose kernels have finished when they return.
final class TimedBackend implements Backend {
    private final Backend backend;
    private final TimedMatmul matmul;

    TimedBackend(Backend backend) {
        this.backend = backend;
        this.matmul = new TimedMatmul(backend.matmul());
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public TimedMatmul matmul() {
        return matmul;
    }

    @Override
    public NormKernels norms() {
        return backend.norms();
    }

    @Override
    public RotaryKernels rotary() {
        return backend.rotary();
    }

    @Override
    public AttentionKernels attention() {
        return backend.attention();
    }

    @Override
    public ActivationKernels activations() {
        return backend.activations();
    }

    @Override
    public EmbeddingKernels embeddings() {
        return backend.embeddings();
    }

    @Override
    public LossKernels losses() {
        return backend.losses();
    }

    @Override
    public OptimizerKernels optimizers() {
        return backend.optimizers();
    }

    @Override
    public ElementKernels elements() {
        return backend.elements();
    }

    @Override
    public ElementKernels transferElements() {
        return backend.transferElements();
    }

    @Override
    public OffDeviceKernels offDevice(int threads) {
        return backend.offDevice(threads);
    }

    @Override
    public void synchronize() {
        backend.synchronize();
    }

    @Override
    public void close() {
        backend.close();
    }
}
