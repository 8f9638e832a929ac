package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.kernels.scalar.ScalarGrouped;
import dev.gantry.engine.cpu.kernels.scalar.ScalarSampling;
import dev.gantry.engine.cpu.matmul.BlockProducts;

/// Wires the vector kernels. Loading this class loads the Vector API: look before you touch it.
public final class VectorKernels {
    private VectorKernels() {}

    public static int registerBits() {
        return Lanes.F.vectorBitSize();
    }

    /// Kernels that share one pool. Like a compute stream, the set serves one caller at a time.
    public static KernelSet on(WorkerPool pool) {
        return with(pool, new VectorAttention(pool), () -> {});
    }

    /// The same on a processor with matrix tiles, which attention uses where they pay.
    public static KernelSet on(WorkerPool pool, BlockProducts tiles) {
        TiledAttention attention = new TiledAttention(pool, tiles, new VectorAttention(pool));
        return with(pool, attention, attention::close);
    }

    private static KernelSet with(WorkerPool pool, AttentionKernels attention, Runnable release) {
        VectorElements elements = new VectorElements(pool);
        return new KernelSet(
                "vector " + registerBits() + " bit",
                new VectorNorms(pool),
                new VectorRotary(pool),
                attention,
                new VectorActivations(pool),
                new VectorEmbeddings(pool),
                new VectorLosses(pool),
                new VectorOptimizers(pool, elements),
                elements,
                new ScalarGrouped(),
                new ScalarSampling(),
                release);
    }
}
