package dev.gantry.engine.cpu;

import dev.gantry.engine.backend.ActivationKernels;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.backend.EmbeddingKernels;
import dev.gantry.engine.backend.GroupedKernels;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.backend.NormKernels;
import dev.gantry.engine.backend.OffDeviceKernels;
import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.backend.RotaryKernels;
import dev.gantry.engine.backend.SamplingKernels;
import dev.gantry.engine.cpu.kernels.KernelLookup;
import dev.gantry.engine.cpu.kernels.KernelSet;

/// The host: kernels run on the calling thread and a small pool, one after the other.
public final class CpuBackend implements Backend {
    private final WorkerPool pool;
    private final MatmulChoice choice;
    private final HostMatmul matmul;
    private final KernelSet kernels;
    private final String description;

    /// The fastest kernels this machine can run.
    ///
    /// @param threads how many threads compute, the caller included
    public CpuBackend(int threads) {
        this(threads, MatmulChoice.AUTO);
    }

    /// With a given implementation of matrix products.
    ///
    /// @throws dev.gantry.engine.cpu.onednn.OneDnnUnavailableException when that is oneDNN and it cannot be had
    public CpuBackend(int threads, MatmulChoice choice) {
        this.choice = choice;
        pool = new WorkerPool(threads);
        try {
            matmul = HostMatmul.choose(pool, choice);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
        kernels = choice == MatmulChoice.SCALAR ? KernelSet.scalar() : KernelLookup.choose(pool, matmul.tiles());
        description = "cpu (" + matmul.description() + "; " + kernels.description() + "; " + threads + " threads)";
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public MatmulKernels matmul() {
        return matmul.kernels();
    }

    @Override
    public NormKernels norms() {
        return kernels.norms();
    }

    @Override
    public RotaryKernels rotary() {
        return kernels.rotary();
    }

    @Override
    public AttentionKernels attention() {
        return kernels.attention();
    }

    @Override
    public ActivationKernels activations() {
        return kernels.activations();
    }

    @Override
    public EmbeddingKernels embeddings() {
        return kernels.embeddings();
    }

    @Override
    public LossKernels losses() {
        return kernels.losses();
    }

    @Override
    public OptimizerKernels optimizers() {
        return kernels.optimizers();
    }

    @Override
    public ElementKernels elements() {
        return kernels.elements();
    }

    @Override
    public GroupedKernels grouped() {
        return kernels.grouped();
    }

    @Override
    public SamplingKernels sampling() {
        return kernels.sampling();
    }

    /// Kernels on a pool without threads: they run on the caller, who so never waits for the computing ones.
    @Override
    public ElementKernels transferElements() {
        return choice == MatmulChoice.SCALAR
                ? KernelSet.scalar().elements()
                : KernelLookup.choose(new WorkerPool(1)).elements();
    }

    @Override
    public OffDeviceKernels offDevice(int threads) {
        WorkerPool own = new WorkerPool(threads);
        KernelSet set = choice == MatmulChoice.SCALAR ? KernelSet.scalar() : KernelLookup.choose(own);
        return new OffDeviceKernels(set.optimizers(), set.elements(), own::close);
    }

    /// Nothing to wait for: kernels have finished when they return.
    @Override
    public void synchronize() {}

    @Override
    public void close() {
        kernels.close();
        matmul.close();
        pool.close();
    }
}
