package dev.gantry.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A cuBLASLt that multiplies on the host.
record FakeCublas(String path, NativeLibrary library) {
    private static final int VERSION = 130_103;
    private static @Nullable FakeCublas built;

    /// Skips the test where it cannot be built.
    static synchronized FakeCublas open() {
        if (built == null) {
            String path = build(VERSION);
            built = new FakeCublas(path, NativeLibrary.open(path).orElseThrow());
            built.fail("", 0);
        }
        return built;
    }

    /// The path of one that says it is of another version.
    static String build(int version) {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the header of the host is for x86-64 alone");
        assumeTrue(CCompiler.GPP.isPresent(), "there is no g++ to build a library with");
        try {
            Path folder = CCompiler.folder();
            Files.writeString(folder.resolve("host_cuda.h"), HostCuda.resource("host_cuda.h"));
            String source = HostCuda.resource("fake_cublaslt.cpp");
            Path library = CCompiler.GPP.library(
                    folder,
                    "libcublasLt.so.13",
                    source,
                    "-std=c++17",
                    "-O2",
                    "-ffp-contract=off",
                    "-DFAKE_VERSION=" + version);
            return library.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CublasLt products() {
        return CublasLt.open(path).orElseThrow();
    }

    int calls(String function) {
        try (Arena arena = Arena.ofConfined()) {
            return library.call("fakeCalls", arena.allocateFrom(function));
        }
    }

    /// From now on a function fails; with an empty name none does.
    void fail(String function, int status) {
        try (Arena arena = Arena.ofConfined()) {
            library.call("fakeFail", arena.allocateFrom(function), status);
        }
    }

    /// Descriptions and handles that were made and not destroyed.
    int live() {
        return library.call("fakeLive");
    }
}
