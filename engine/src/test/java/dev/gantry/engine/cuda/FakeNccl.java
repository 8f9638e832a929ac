package dev.gantry.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An NCCL between threads, in memory of the host.
final class FakeNccl extends FakeLibrary {
    private static @Nullable FakeNccl built;

    private final String path;

    private FakeNccl(String path) {
        super(NativeLibrary.open(path).orElseThrow());
        this.path = path;
    }

    /// Skips the test where it cannot be built.
    static synchronized FakeNccl open() {
        if (built == null) {
            assumeTrue(CCompiler.GPP.isPresent(), "there is no g++ to build a library with");
            try {
                Path folder = CCompiler.folder();
                Files.writeString(folder.resolve("fake_calls.h"), HostCuda.resource("fake_calls.h"));
                built = new FakeNccl(CCompiler.GPP
                        .library(folder, "libnccl.so.2", HostCuda.resource("fake_nccl.cpp"), "-std=c++17", "-O1")
                        .toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        built.fail("", 0);
        return built;
    }

    /// Where it lies under the name of NVIDIA's.
    Path folder() {
        return Path.of(path).toAbsolutePath().resolveSibling("");
    }

    Nccl nccl() {
        return Nccl.open(path).orElseThrow();
    }

    /// What a rank of the latest communicator learns of what it has enqueued.
    void asyncError(int rank, int status) {
        library().call("fakeAsyncError", rank, status);
    }

    /// Communicators that were made and neither destroyed nor given up.
    int live() {
        return library().call("fakeLive");
    }
}
