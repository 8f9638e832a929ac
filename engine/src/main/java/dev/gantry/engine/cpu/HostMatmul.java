package dev.gantry.engine.cpu;

import dev.gantry.engine.backend.MatmulKernels;
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
/// @param oneDnn owner of native handles, when it is in use
record HostMatmul(
        String description, MatmulKernels kernels, @Nullable OneDnnMatmul oneDnn) implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HostMatmul.class.getName());

    static HostMatmul choose(WorkerPool pool, MatmulChoice choice) {
        return switch (choice) {
            case SCALAR -> new HostMatmul("scalar", new ScalarMatmul(pool), null);
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
        return new HostMatmul(description, new FastMatmul(new SkinnyMatmul(pool), new VectorMatmul(pool)), null);
    }

    private static HostMatmul oneDnn(WorkerPool pool) {
        OneDnnMatmul oneDnn = new OneDnnMatmul(pool, new VectorMatmul(pool));
        String bf16 = oneDnn.probe(DType.BF16);
        String kernels = oneDnn.probe(DType.F32) + (bf16 == null ? ", no bf16" : ", " + bf16);
        return new HostMatmul("onednn " + kernels, new FastMatmul(new SkinnyMatmul(pool), oneDnn), oneDnn);
    }

    @Override
    public void close() {
        if (oneDnn != null) {
            oneDnn.close();
        }
    }
}
