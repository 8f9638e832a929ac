package dev.gantry.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A cuBLASLt that multiplies on the host.
final class FakeCublas extends FakeLibrary {
    private static final int VERSION = 130_103;
    private static @Nullable FakeCublas built;

    private final String path;

    private FakeCublas(String path) {
        super(NativeLibrary.open(path).orElseThrow());
        this.path = path;
    }

    /// Skips the test where it cannot be built.
    static synchronized FakeCublas open() {
        if (built == null) {
            built = new FakeCublas(build(VERSION));
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
            for (String header : List.of("host_cuda.h", "fake_calls.h")) {
                Files.writeString(folder.resolve(header), HostCuda.resource(header));
            }
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

    /// Products take their turn in the streams of such a driver.
    void onStreamsOf(NativeLibrary driver) {
        library().call("fakeStreamsOf", driver.find("fakeEnqueue"));
    }

    /// Descriptions and handles that were made and not destroyed.
    int live() {
        return library().call("fakeLive");
    }
}
