package dev.gantry.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Tiny libraries that answer like NVIDIA's.
record FakeLibraries(Path folder) {
    /// Skips the test where none can be built.
    FakeLibraries {
        assumeTrue(CCompiler.GCC.isPresent(), "there is no gcc to build small libraries with");
    }

    /// A driver.
    ///
    /// @param cards compute capabilities as 86
    String driver(String name, int init, int version, int... cards) throws IOException {
        StringBuilder capabilities = new StringBuilder("0");
        for (int card : cards) {
            capabilities.append(", ").append(card);
        }
        String source = """
                #include <stdio.h>
                static int capabilities[] = {%s};
                int cuInit(unsigned flags) { return %d; }
                int cuDriverGetVersion(int* version) { *version = %d; return 0; }
                int cuDeviceGetCount(int* count) { *count = %d; return 0; }
                int cuDeviceGet(int* device, int ordinal) { *device = ordinal; return 0; }
                int cuDeviceGetName(char* name, int length, int device) { snprintf(name, length, "Card %%d", device); return 0; }
                int cuDeviceGetAttribute(int* value, int attribute, int device) {
                  int capability = capabilities[device + 1];
                  *value = attribute == 75 ? capability / 10 : attribute == 76 ? capability %% 10 : -1;
                  return 0;
                }
                int cuDeviceTotalMem_v2(unsigned long long* bytes, int device) { *bytes = (8ull + device) << 30; return 0; }
                int cuLaunchKernel(void) { return 1; }
                int cuCtxSetCurrent(void* context) { return 1; }
                """.formatted(capabilities, init, version, cards.length);
        return CCompiler.GCC.library(folder, name, source).toString();
    }

    void nvrtc(Path into, String name, int major, int minor) throws IOException {
        put(
                into,
                name,
                "int nvrtcVersion(int* major, int* minor) { *major = %d; *minor = %d; return 0; } int nvrtcGetCUBIN(void) { return 1; }"
                        .formatted(major, minor));
    }

    void cublasLt(Path into, String name, int cuda) throws IOException {
        put(into, name, "unsigned long cublasLtGetCudartVersion(void) { return %d; }".formatted(cuda));
    }

    void nccl(Path into, int version) throws IOException {
        put(into, "libnccl.so.2", "int ncclGetVersion(int* version) { *version = %d; return 0; }".formatted(version));
    }

    /// A library without what its name promises.
    void wrong(Path into, String name) throws IOException {
        put(into, name, "int something(void) { return 0; }");
    }

    private static void put(Path into, String name, String source) throws IOException {
        Files.createDirectories(into);
        CCompiler.GCC.library(into, name, source);
    }
}
