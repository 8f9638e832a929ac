package dev.gantry.engine.cpu;

import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.cpu.matmul.BlockProducts;
import dev.gantry.engine.cpu.matmul.FastMatmul;
import dev.gantry.engine.cpu.matmul.ScalarMatmul;
import dev.gantry.engine.cpu.matmul.SkinnyMatmul;
import dev.gantry.engine.cpu.matmul.VectorMatmul;
import dev.gantry.engine.cpu.onednn.OneDnnMatmul;
import dev.gantry.engine.cpu.onednn.OneDnnUnavailableException;
import dev.gantry.engine.tensor.DType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/// The matrix products chosen for this machine.
///
/// @param description what was chosen, for logs
/// @param tiles small products in matrix tiles, on processors that have them
/// @param release frees native memory and handles
record HostMatmul(
        String description, MatmulKernels kernels, @Nullable BlockProducts tiles, Runnable release)
        implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HostMatmul.class.getName());

    static HostMatmul choose(WorkerPool pool, MatmulChoice choice) {
        return switch (choice) {
            case SCALAR -> new HostMatmul("scalar", new ScalarMatmul(pool), null, () -> {});
            case VECTOR -> vector(pool);
            case ONEDNN -> oneDnn(pool);
            case AUTO -> {
                try {
                    yield oneDnn(pool);
                } catch (OneDnnUnavailableException e) {
                    LOG.log(Level.INFO, "matrix products run on the Vector API: {0}", e.getMessage());
                    yield vector(pool);
                }
            }
        };
    }

    private static HostMatmul vector(WorkerPool pool) {
        String description = "vector " + FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bit";
        FastMatmul kernels = new FastMatmul(new SkinnyMatmul(pool), new VectorMatmul(pool));
        return new HostMatmul(description, kernels, null, kernels::close);
    }

    private static HostMatmul oneDnn(WorkerPool pool) {
        OneDnnMatmul oneDnn = new OneDnnMatmul(pool, new VectorMatmul(pool));
        String bf16 = oneDnn.probe(DType.BF16);
        String names = oneDnn.probe(DType.F32) + (bf16 == null ? ", no bf16" : ", " + bf16);
        FastMatmul kernels = new FastMatmul(new SkinnyMatmul(pool), oneDnn);
        return new HostMatmul("onednn " + names, kernels, oneDnn.tiles(), () -> {
            kernels.close();
            oneDnn.close();
        });
    }

    @Override
    public void close() {
        release.run();
    }
}
