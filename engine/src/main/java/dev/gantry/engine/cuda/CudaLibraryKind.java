package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The libraries above the driver: how they are called, and how each tells its version.
enum CudaLibraryKind {
    NVRTC("NVRTC", "compiles the kernels for the card", CudaTier.KERNELS) {
        @Override
        CudaVersion version(NativeLibrary library) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment numbers = arena.allocate(JAVA_INT, 2);
                library.call("nvrtcVersion", numbers, numbers.asSlice(Integer.BYTES));
                library.find("nvrtcGetCUBIN");
                return new CudaVersion(numbers.getAtIndex(JAVA_INT, 0), numbers.getAtIndex(JAVA_INT, 1));
            }
        }
    },
    CUBLAS("cuBLASLt", "multiplies matrices at the card's full speed", CudaTier.PRODUCTS) {
        @Override
        CudaVersion version(NativeLibrary library) {
            return CudaVersion.ofDriver(Math.toIntExact((long) library.invoke("cublasLtGetCudartVersion", JAVA_LONG)));
        }
    },
    /// Its numbers are its own: 2.22 runs with any CUDA it was built for.
    NCCL("NCCL", "lets several cards work on one job", CudaTier.COLLECTIVES) {
        @Override
        CudaVersion version(NativeLibrary library) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment number = arena.allocate(JAVA_INT);
                library.call("ncclGetVersion", number);
                int version = number.get(JAVA_INT, 0);
                return new CudaVersion(version / 10_000, version % 10_000 / 100);
            }
        }
    };

    private final String title;
    private final String purpose;
    private final CudaTier tier;

    CudaLibraryKind(String title, String purpose, CudaTier tier) {
        this.title = title;
        this.purpose = purpose;
        this.tier = tier;
    }

    /// What the library says of itself.
    ///
    /// @throws NativeLibrary.MissingFunctionException when it is not what its name says
    abstract CudaVersion version(NativeLibrary library);

    String title() {
        return title;
    }

    String purpose() {
        return purpose;
    }

    /// What having it makes possible.
    CudaTier tier() {
        return tier;
    }

    /// Whether code of this version runs on the driver: that of an older CUDA and that of any minor version.
    boolean fits(CudaVersion version, CudaVersion driver) {
        return this == NCCL || version.major() <= driver.major();
    }
}
