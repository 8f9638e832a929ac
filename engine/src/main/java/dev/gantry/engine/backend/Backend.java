package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.engine.tensor.MemoryAccount;

/// A device that computes: a closed set of kernels, grouped by what they do.
///
/// Kernels are enqueued in call order on the backend's compute stream; {@link #synchronize()} waits for them. A host
/// backend simply runs them. Every kernel accumulates in f32 in an order that depends on shapes alone, never on the
/// number of threads: the same inputs give the same bits.
///
/// Shapes are in the kernels' documentation as `[rows, columns]`; `tokens` are the rows of all sequences of a batch,
/// one after the other. Floating-point matrices may be f32, bf16 or f16 unless a kernel says otherwise.
public interface Backend extends AutoCloseable {

    /// Short name for logs and benchmarks, with the implementation chosen, e.g. `cpu (onednn, vector 512 bit)`.
    String description();

    MatmulKernels matmul();

    NormKernels norms();

    RotaryKernels rotary();

    AttentionKernels attention();

    ActivationKernels activations();

    EmbeddingKernels embeddings();

    LossKernels losses();

    OptimizerKernels optimizers();

    ElementKernels elements();

    GroupedKernels grouped();

    SamplingKernels sampling();

    /// Element kernels beside the compute stream, for a thread that brings weights while kernels run: the same bits as
    /// {@link #elements()}. Each call gives kernels for one thread of its own.
    ElementKernels transferElements();

    /// A mark in the compute stream, not set yet.
    default ComputeMark mark() {
        return ComputeMark.NONE;
    }

    /// Kernels over memory of the host, on threads of their own beside the compute stream, for optimizer states that
    /// are updated where they lie: the same bits as {@link #optimizers()} and {@link #elements()}.
    ///
    /// @param threads how many threads compute, the caller included
    OffDeviceKernels offDevice(int threads);

    /// For work of one caller that comes again and again; closed by that caller, before this backend.
    default RepeatedWork repeatedWork() {
        return RepeatedWork.PLAIN;
    }

    /// The narrow type that products are made for: f16 on cards that are older than bf16.
    default DType narrowType() {
        return DType.BF16;
    }

    /// Where matrices lie that kernels take.
    default Memory memory() {
        return Memory.HOST;
    }

    /// The host's memory that copies to and from {@link #memory()} at full speed.
    default Memory hostMemory() {
        return Memory.HOST;
    }

    /// An account of {@link #memory()} without a limit.
    default MemoryAccount unlimited() {
        return MemoryAccount.unlimited("device", memory());
    }

    /// Bytes of {@link #memory()} that kernels of such work take beside matrices: their code, workspaces, scratch. 0
    /// where that is part of the process.
    default long besideMatrices(KernelWork work) {
        return 0;
    }

    /// Waits until every kernel enqueued so far has finished.
    void synchronize();

    @Override
    void close();
}
