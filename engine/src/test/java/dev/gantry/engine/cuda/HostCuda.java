package dev.gantry.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.cuda.KernelSource.Family;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A card without a card: the kernels compiled by g++ behind a driver that runs them on the host, once a process.
public final class HostCuda implements AutoCloseable {
    private static final Pattern KERNEL = Pattern.compile("extern \"C\" __global__ void (\\w+)\\(");
    private static @Nullable NativeLibrary built;

    private final NativeLibrary library;
    private final CudaContext context;

    private HostCuda(NativeLibrary library) {
        this.library = library;
        context = new CudaContext(new CudaDriver(library), 0);
    }

    /// Skips the test where no such library can be built.
    public static synchronized HostCuda open() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "kernels run on the host of x86-64 alone");
        assumeTrue(CCompiler.GPP.isPresent(), "there is no g++ to compile kernels for the host");
        if (built == null) {
            try {
                built = NativeLibrary.open(build().toString()).orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new HostCuda(built);
    }

    private static Path build() throws IOException {
        Path folder = CCompiler.folder();
        StringBuilder source = new StringBuilder("#include \"host_cuda.h\"\n");
        Files.writeString(
                folder.resolve(KernelSource.HEADER),
                KernelSource.of(Family.ELEMENTS).header());
        List<String> kernels = new ArrayList<>();
        for (Family family : Family.values()) {
            KernelSource text = KernelSource.of(family);
            Files.writeString(folder.resolve(text.name()), text.text());
            source.append("#include \"").append(text.name()).append("\"\n");
            kernels.addAll(kernels(text));
        }
        for (String name : List.of("host_cuda.h", "fake_driver.cpp")) {
            Files.writeString(folder.resolve(name), resource(name));
        }
        source.append("#include \"fake_driver.cpp\"\n");
        kernels.forEach(kernel -> source.append("HOST_KERNEL(").append(kernel).append(")\n"));
        return CCompiler.GPP.library(
                folder, "libhostcuda.so", source.toString(), "-std=c++17", "-O2", "-ffp-contract=off");
    }

    static List<String> kernels(KernelSource source) {
        return KERNEL.matcher(source.text())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HostCuda.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public CudaContext context() {
        return context;
    }

    public CudaBackend backend() {
        return new CudaBackend(context, compiler());
    }

    /// Images are the names of their families.
    KernelCompiler compiler() {
        return new KernelCompiler() {
            @Override
            public String version() {
                return "g++";
            }

            @Override
            public byte[] compile(KernelSource source, ComputeCapability capability) {
                return source.name().replace(".cu", "").getBytes(StandardCharsets.UTF_8);
            }
        };
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

    long usedBytes() {
        return (long) library.invoke("fakeUsedBytes", ValueLayout.JAVA_LONG);
    }

    /// Whether warps and lanes run from last to first.
    void reverse(boolean reversed) {
        library.call("fakeReverse", reversed ? 1 : 0);
    }

    @Override
    public void close() {
        reverse(false);
        fail("", 0);
        context.close();
    }
}
