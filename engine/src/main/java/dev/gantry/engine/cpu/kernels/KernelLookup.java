package dev.gantry.engine.cpu.kernels;

import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.vector.VectorKernels;
import dev.gantry.engine.cpu.matmul.BlockProducts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Chooses vector or scalar kernels for this process, and says which and why in one log line.
public final class KernelLookup {
    private static final Logger LOG = System.getLogger(KernelLookup.class.getName());
    private static final String MODULE = "jdk.incubator.vector";
    private static final int FEWEST_BITS = 128;

    private KernelLookup() {}

    /// The fastest kernels that run here, without matrix tiles.
    public static KernelSet choose(WorkerPool pool) {
        return choose(pool, null);
    }

    /// The fastest kernels that run here.
    ///
    /// @param tiles products in matrix tiles, if this processor has them; outlives the kernels
    public static KernelSet choose(WorkerPool pool, @Nullable BlockProducts tiles) {
        Optional<String> obstacle =
                obstacle(ModuleLayer.boot().findModule(MODULE).isPresent(), System.getProperty("java.vm.info", ""));
        if (obstacle.isPresent()) {
            LOG.log(Level.WARNING, "slow scalar kernels: {0}", obstacle.get());
            return KernelSet.scalar();
        }
        // asked only now: the class that knows the registers must not load without the module
        int bits = VectorKernels.registerBits();
        if (bits < FEWEST_BITS) {
            LOG.log(Level.WARNING, "slow scalar kernels: vector registers have only {0} bits", bits);
            return KernelSet.scalar();
        }
        LOG.log(Level.DEBUG, "vector kernels with registers of {0} bits", bits);
        return tiles == null ? VectorKernels.on(pool) : VectorKernels.on(pool, tiles);
    }

    /// Why vector code would not run, or would run far slower than scalar code.
    static Optional<String> obstacle(boolean modulePresent, String virtualMachineInfo) {
        if (!modulePresent) {
            return Optional.of("module " + MODULE + " is missing; start Java with --add-modules=" + MODULE);
        }
        if (virtualMachineInfo.contains("interpreted mode") || virtualMachineInfo.contains("emulated-client")) {
            return Optional.of("this Java (" + virtualMachineInfo
                    + ") has no optimising compiler; start it without -Xint and -XX:TieredStopAtLevel");
        }
        return Optional.empty();
    }
}
