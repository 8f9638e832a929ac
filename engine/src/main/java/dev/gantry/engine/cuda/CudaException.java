package dev.gantry.engine.cuda;

import dev.gantry.engine.GantryException;
import java.nio.file.Path;

/// NVIDIA's driver or compiler refused something.
public final class CudaException extends GantryException {
    private static final int OUT_OF_MEMORY = 2;
    /// From here on the driver's numbers are faults of running kernels, after which it refuses everything.
    private static final int FIRST_FAULT = 700;

    private CudaException(String code, String what, String why, String nextStep) {
        super(Kind.ENVIRONMENT, code, what, why, nextStep, null);
    }

    /// A call of the driver that did not return 0.
    ///
    /// @param name the driver's name of the status, such as `CUDA_ERROR_INVALID_VALUE`
    static CudaException ofCall(String call, int status, String name, String text) {
        String why = call + " gave " + name + " (" + status + "): " + text;
        if (status == OUT_OF_MEMORY) {
            return new CudaException(
                    "CUDA-MEMORY",
                    "the memory of the graphics card is full",
                    why,
                    "Close other programs that use the card (nvidia-smi lists them), or give the job a smaller device"
                            + " budget.");
        }
        if (status >= FIRST_FAULT) {
            return fault(why);
        }
        return new CudaException(
                "CUDA-CALL",
                "NVIDIA's driver refused a call",
                why,
                "See whether nvidia-smi works, and update the driver. gantry doctor says what was found of CUDA.");
    }

    /// A call of cuBLASLt that did not return 0.
    ///
    /// @param name the library's name of the status, such as `CUBLAS_STATUS_INVALID_VALUE`
    static CudaException ofProduct(String call, int status, String name, String text) {
        String why = call + " gave " + name + " (" + status + "): " + text;
        if (status == CublasLt.EXECUTION_FAILED) {
            return fault(why);
        }
        return new CudaException(
                "CUDA-PRODUCT",
                "cuBLASLt refused a call",
                why,
                "Update the driver, or install cuBLASLt anew for the driver's CUDA; gantry doctor says which one is"
                        + " used now.");
    }

    /// A call of NCCL that did not return 0, or a collective that failed while it ran.
    ///
    /// @param name NCCL's name of the status, such as `ncclRemoteError`
    static CudaException ofCollective(String call, int status, String name, String text) {
        return new CudaException(
                "CUDA-NCCL",
                "the graphics cards cannot talk with each other",
                call + " gave " + name + " (" + status + "): " + text,
                "Resume from the last checkpoint. If it fails again, start with NCCL_DEBUG=INFO in the environment:"
                        + " NCCL then says what it met.");
    }

    private static CudaException fault(String why) {
        return new CudaException(
                "CUDA-FAULT",
                "a kernel failed on the graphics card",
                why,
                "Resume the run from its last checkpoint: this process can use the card no more. If it fails"
                        + " again, nvidia-smi shows whether the card is well.");
    }

    /// There is no driver that starts, or no card.
    ///
    /// @param why what discovery says of it
    static CudaException none(String why) {
        return new CudaException(
                "CUDA-NONE",
                "cannot compute on a graphics card",
                why,
                "Mend that, or choose the processor with machine.device cpu (--device cpu). gantry doctor says what was"
                        + " found of CUDA.");
    }

    /// The driver names fewer cards.
    static CudaException noCard(int ordinal, int cards) {
        return new CudaException(
                "CUDA-CARD",
                "cannot compute on graphics card " + ordinal,
                "the driver names " + cards + ", counted from 0",
                "Choose one of those that gantry doctor lists, or the processor with machine.device cpu (--device cpu).");
    }

    /// Ranks are to take more cards than there are.
    ///
    /// @param first the card of the first rank
    /// @param cards how many the driver names
    static CudaException tooFewCards(int first, int ranks, int cards) {
        return new CudaException(
                "CUDA-CARDS",
                "cannot give each of " + ranks + " ranks a graphics card",
                "they take neighbouring cards from number " + first + " on, and the driver names " + cards
                        + ", counted from 0",
                "Train on fewer ranks (machine.ranks, --ranks), or on the processor with machine.device cpu (--device"
                        + " cpu).");
    }

    /// Nothing compiles the kernels, and none were kept.
    static CudaException noKernels(ComputeCapability capability, Path kept) {
        return new CudaException(
                "CUDA-KERNELS",
                "cannot compute on the graphics card",
                "no NVRTC is here to compile the kernels, and " + kept + " keeps none for compute capability "
                        + capability,
                "Install NVRTC with the CUDA toolkit, the distribution's packages or pip; gantry doctor says what was"
                        + " found of CUDA.");
    }

    /// The runtime compiler refused a kernel.
    static CudaException compilation(String source, String architecture, String compiler, String log) {
        return new CudaException(
                "CUDA-COMPILE",
                "cannot compile " + source + " for " + architecture,
                compiler + " says: " + log.strip(),
                "Install another version of NVRTC for this card; gantry doctor says which one is used now.");
    }

    /// The kernels of this program cannot do what a job asks.
    static CudaException unsupported(String what, String why) {
        return new CudaException("CUDA-UNSUPPORTED", what, why, "Run this job on the processor.");
    }
}
