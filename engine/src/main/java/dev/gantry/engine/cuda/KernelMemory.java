package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.backend.KernelWork;
import dev.gantry.engine.cuda.KernelSource.Family;
import java.util.EnumSet;
import java.util.Set;

/// What kernels of a card take of its memory beside matrices, before they take it: their own code, the workspace of
/// cuBLASLt, scratch.
///
/// @param hasCublas whether products are cuBLASLt's where it has them
record KernelMemory(KernelModules modules, ComputeCapability capability, boolean hasCublas) {
    long bytes(KernelWork work) {
        long code = families(work).stream().mapToLong(modules::imageBytes).sum();
        return code
                + (hasCublas ? CublasMatmul.WORKSPACE_BYTES : 0)
                + IdFaults.BYTES
                + sums(work)
                + Math.min(CudaCopies.PIECE_BYTES, work.converted())
                + CudaAttention.scratchBytes(work, flash(work))
                + (work.answered() == 0 ? 0 : CudaSampling.scratchBytes(work.vocabulary()));
    }

    private boolean flash(KernelWork work) {
        return CudaFlash.takes(capability, work.type(), work.headDim());
    }

    /// Whose kernels are loaded.
    Set<Family> families(KernelWork work) {
        Set<Family> families =
                EnumSet.of(Family.ELEMENTS, Family.NORMS, Family.ACTIVATIONS, Family.EMBEDDINGS, Family.MATMUL);
        if (work.trains() || work.answered() == 0) {
            families.add(Family.LOSSES);
        }
        if (work.trains()) {
            families.add(Family.OPTIMIZERS);
        }
        if (work.rotates()) {
            families.add(Family.ROTARY);
        }
        if (flash(work)) {
            families.add(Family.FLASH);
        }
        if (!flash(work) || work.answered() > 0) { // decoding has kernels of the plain family
            families.add(Family.ATTENTION);
        }
        if (capability.multipliesInTiles(work.type()) && !hasCublas) {
            families.add(Family.TILES);
        }
        if (work.answered() > 0) {
            families.add(Family.SAMPLING);
        }
        return families;
    }

    /// Parts of sums of squares; LAMB has two sums of each matrix.
    private static long sums(KernelWork work) {
        return 2 * Math.ceilDiv(work.summed(), ElementKernels.SQUARES_RUN) * Double.BYTES;
    }
}
