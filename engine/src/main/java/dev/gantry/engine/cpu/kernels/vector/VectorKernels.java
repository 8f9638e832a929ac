package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelSet;

/// Wires the vector kernels. Loading this class loads the Vector API: look before you touch it.
public final class VectorKernels {
    private VectorKernels() {}

    public static int registerBits() {
        return Lanes.F.vectorBitSize();
    }

    /// Kernels that share one pool. Like a compute stream, the set serves one caller at a time.
    public static KernelSet on(WorkerPool pool) {
        VectorElements elements = new VectorElements(pool);
        return new KernelSet(
                "vector " + registerBits() + " bit",
                new VectorNorms(pool),
                new VectorRotary(pool),
                new VectorAttention(pool),
                new VectorActivations(pool),
                new VectorEmbeddings(pool),
                new VectorLosses(pool),
                new VectorOptimizers(pool, elements),
                elements);
    }
}
