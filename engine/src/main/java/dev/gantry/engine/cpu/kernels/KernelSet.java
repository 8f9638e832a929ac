package dev.gantry.engine.cpu.kernels;

import dev.gantry.engine.backend.ActivationKernels;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.backend.EmbeddingKernels;
import dev.gantry.engine.backend.GroupedKernels;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.NormKernels;
import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.backend.RotaryKernels;
import dev.gantry.engine.backend.SamplingKernels;
import dev.gantry.engine.cpu.kernels.scalar.ScalarActivations;
import dev.gantry.engine.cpu.kernels.scalar.ScalarAttention;
import dev.gantry.engine.cpu.kernels.scalar.ScalarElements;
import dev.gantry.engine.cpu.kernels.scalar.ScalarEmbeddings;
import dev.gantry.engine.cpu.kernels.scalar.ScalarGrouped;
import dev.gantry.engine.cpu.kernels.scalar.ScalarLosses;
import dev.gantry.engine.cpu.kernels.scalar.ScalarNorms;
import dev.gantry.engine.cpu.kernels.scalar.ScalarOptimizers;
import dev.gantry.engine.cpu.kernels.scalar.ScalarRotary;
import dev.gantry.engine.cpu.kernels.scalar.ScalarSampling;

/// All kernels of the host except matrix products, in one implementation.
///
/// @param description short name for logs, e.g. `scalar` or `vector 512 bit`
/// @param release frees native memory
public record KernelSet(
        String description,
        NormKernels norms,
        RotaryKernels rotary,
        AttentionKernels attention,
        ActivationKernels activations,
        EmbeddingKernels embeddings,
        LossKernels losses,
        OptimizerKernels optimizers,
        ElementKernels elements,
        GroupedKernels grouped,
        SamplingKernels sampling,
        Runnable release)
        implements AutoCloseable {

    /// Plain loops that run anywhere.
    public static KernelSet scalar() {
        return new KernelSet(
                "scalar",
                new ScalarNorms(),
                new ScalarRotary(),
                new ScalarAttention(),
                new ScalarActivations(),
                new ScalarEmbeddings(),
                new ScalarLosses(),
                new ScalarOptimizers(),
                new ScalarElements(),
                new ScalarGrouped(),
                new ScalarSampling(),
                () -> {});
    }

    @Override
    public void close() {
        release.run();
    }
}
