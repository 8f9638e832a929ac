package dev.gantry.engine.cuda;

import java.util.List;
import java.util.Locale;

/// How systems name CUDA's libraries.
enum CudaPlatform {
    LINUX,
    WINDOWS;

    private static final List<Integer> CUDA_MAJORS = List.of(13, 12);

    /// That of this machine.
    static CudaPlatform here() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return name.startsWith("windows") ? WINDOWS : LINUX;
    }

    /// The driver's name for the system's loader.
    String driver() {
        return switch (this) {
            case LINUX -> "libcuda.so.1";
            case WINDOWS -> "nvcuda";
        };
    }

    /// File names of a library, those of the newest CUDA first; none where NVIDIA does not make it for this system.
    List<String> fileNames(CudaLibraryKind kind) {
        return switch (kind) {
            case NVRTC -> ofMajors("libnvrtc.so.#", "nvrtc64_#0_0.dll");
            case CUBLAS -> ofMajors("libcublasLt.so.#", "cublasLt64_#.dll");
            case NCCL -> this == WINDOWS ? List.of() : List.of("libnccl.so.2");
        };
    }

    private List<String> ofMajors(String linux, String windows) {
        String pattern = this == WINDOWS ? windows : linux;
        return CUDA_MAJORS.stream()
                .map(major -> pattern.replace("#", Integer.toString(major)))
                .toList();
    }

    /// The library that NVRTC of a version opens beside itself.
    String builtins(CudaVersion nvrtc) {
        return switch (this) {
            case LINUX -> "libnvrtc-builtins.so." + nvrtc;
            case WINDOWS -> "nvrtc-builtins64_" + nvrtc.major() + nvrtc.minor() + ".dll";
        };
    }
}
