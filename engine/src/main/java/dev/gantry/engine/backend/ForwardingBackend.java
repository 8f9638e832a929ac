package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Memory;

/// Another backend as it is: what extends this changes some of its kernels, to count or to time them. The backend stays
/// with its owner.
public abstract class ForwardingBackend implements Backend {
    private final Backend backend;

    protected ForwardingBackend(Backend backend) {
        this.backend = backend;
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public MatmulKernels matmul() {
        return backend.matmul();
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
    public GroupedKernels grouped() {
        return backend.grouped();
    }

    @Override
    public SamplingKernels sampling() {
        return backend.sampling();
    }

    @Override
    public ElementKernels transferElements() {
        return backend.transferElements();
    }

    @Override
    public ComputeMark mark() {
        return backend.mark();
    }

    @Override
    public OffDeviceKernels offDevice(int threads) {
        return backend.offDevice(threads);
    }

    @Override
    public RepeatedWork repeatedWork() {
        return backend.repeatedWork();
    }

    @Override
    public DType narrowType() {
        return backend.narrowType();
    }

    @Override
    public Memory memory() {
        return backend.memory();
    }

    @Override
    public Memory hostMemory() {
        return backend.hostMemory();
    }

    @Override
    public long besideMatrices(KernelWork work) {
        return backend.besideMatrices(work);
    }

    @Override
    public void synchronize() {
        backend.synchronize();
    }

    @Override
    public void close() {}
}
