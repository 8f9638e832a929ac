package dev.gantry.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the tests of kernels run on: without a card the kernels compiled by g++ behind a driver that runs them on the
/// host; with `-Dgantry.cuda=card` the first card of this machine. Tests that look at results as soon as a kernel was
/// launched, in memory that card and host both reach, need `CUDA_LAUNCH_BLOCKING=1` then.
public final class HostCuda extends FakeLibrary implements AutoCloseable {
    private static final boolean ON_CARD = "card".equals(System.getProperty("gantry.cuda"));
    private static final Pattern KERNEL = Pattern.compile("extern \"C\" __global__ void (\\w+)\\(");
    private static final List<String> DRIVER =
            List.of("host_cuda.h", "fake_calls.h", "fake_streams.h", "fake_graphs.h", "fake_driver.cpp");
    /// As in fake_driver.cpp.
    private static final int MODULE_BYTES = 16 << 10;

    private static @Nullable NativeLibrary built;

    private final CudaContext context;
    private final KernelCompiler compiler;
    private final List<CudaContext> contexts = new ArrayList<>();
    private @Nullable CudaMemory managed;

    private HostCuda(NativeLibrary library, KernelCompiler compiler) {
        super(library);
        this.compiler = compiler;
        context = new CudaContext(new CudaDriver(library), 0);
    }

    /// Skips the test where no such library can be built.
    public static HostCuda open() {
        return ON_CARD ? onCard() : onHost(ComputeCapability.OLDEST);
    }

    /// The same with a card of a given kind; a real card is what it is.
    static HostCuda open(ComputeCapability capability) {
        return ON_CARD ? onCard() : onHost(capability);
    }

    /// Fails where something is missing: who asks for the card wants to know.
    private static HostCuda onCard() {
        NativeLibrary driver = NativeLibrary.open("libcuda.so.1")
                .orElseThrow(() -> new IllegalStateException("no card to test on: there is no libcuda.so.1"));
        int status = driver.call("cuInit", 0);
        if (status != 0) {
            throw new IllegalStateException("no card to test on: cuInit gave " + status);
        }
        return new HostCuda(driver, cardCompiler());
    }

    /// Images of `gantry.kernels` that were compiled elsewhere, or the NVRTC of this machine.
    private static KernelCompiler cardCompiler() {
        String images = System.getProperty("gantry.kernels");
        if (images != null) {
            String compiler = System.getProperty("gantry.kernels.compiler", "");
            return new KernelCache(Path.of(images), new KernelCache.Gone(compiler));
        }
        CudaReport report = report();
        String nvrtc = System.getProperty("gantry.nvrtc", report.pathOf("NVRTC"));
        if (nvrtc == null) {
            throw new IllegalStateException("nothing to compile kernels with: " + report);
        }
        return new KernelCache(
                Path.of(System.getProperty("java.io.tmpdir"), "gantry-kernels"),
                Nvrtc.open(nvrtc).orElseThrow());
    }

    private static synchronized HostCuda onHost(ComputeCapability capability) {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "kernels run on the host of x86-64 alone");
        assumeTrue(CCompiler.GPP.isPresent(), "there is no g++ to compile kernels for the host");
        if (built == null) {
            try {
                built = NativeLibrary.open(build().toString()).orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        built.call("fakeCapability", capability.number());
        return new HostCuda(built, new FamilyNames());
    }

    private static Path build() throws IOException {
        Path folder = CCompiler.folder();
        // CUDA's words that host_cuda.h defines are also words of the standard library's headers, which come first
        StringBuilder source = new StringBuilder("#include \"fake_streams.h\"\n#include \"host_cuda.h\"\n");
        List<String> kernels = new ArrayList<>();
        for (Family family : Family.values()) {
            KernelSource text = KernelSource.of(family);
            Files.writeString(folder.resolve(text.name()), text.text());
            for (Map.Entry<String, String> header : text.headers().entrySet()) {
                Files.writeString(folder.resolve(header.getKey()), header.getValue());
            }
            source.append("#include \"").append(text.name()).append("\"\n");
            kernels.addAll(kernels(text));
        }
        for (String name : DRIVER) {
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

    static String resource(String name) throws IOException {
        try (InputStream in = HostCuda.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Whether tests run on a card.
    public static boolean isCard() {
        return ON_CARD;
    }

    /// The host's driver as a machine's, found as any other; kernels come out of a folder that keeps them.
    public static CudaCards cards(Path kernels) {
        HostCuda host = onHost(ComputeCapability.OLDEST);
        try (host) {
            KernelCache cache = new KernelCache(kernels, host.compiler);
            for (Family family : Family.values()) {
                cache.compile(KernelSource.of(family), host.context.capability());
            }
            return new CudaCards(new CudaDiscovery(host.library().name(), new LibrarySearch(List.of())), kernels);
        }
    }

    public CudaContext context() {
        return context;
    }

    public CudaBackend backend() {
        return new CudaBackend(context, compiler);
    }

    /// With products by {@link #cublas()}.
    public CudaBackend backendWithCublas() {
        return backend(cublas());
    }

    /// The host as a machine of several cards, until this is closed.
    ///
    /// @param kernels the folder that keeps compiled kernels
    /// @param joined whether it has an NCCL
    public CudaCards cards(Path kernels, int count, boolean joined) {
        assumeHost();
        library().call("fakeDevices", count);
        KernelCache cache = new KernelCache(kernels, compiler);
        for (Family family : Family.values()) {
            cache.compile(KernelSource.of(family), context.capability());
        }
        List<Path> folders = joined ? List.of(FakeNccl.open().folder()) : List.of();
        return new CudaCards(new CudaDiscovery(library().name(), new LibrarySearch(folders)), kernels);
    }

    /// Whether cards have links between them, until this is closed.
    public void link(boolean linked) {
        library().call("fakeLinks", linked ? 1 : 0);
    }

    /// The host as several cards. It stays so until this is closed.
    ///
    /// @param card which of `cards`
    CudaBackend backend(int card, int cards) {
        library().call("fakeDevices", cards);
        CudaContext own = new CudaContext(new CudaDriver(library()), card);
        contexts.add(own);
        return new CudaBackend(own, compiler);
    }

    CudaBackend backend(CublasLt products) {
        return new CudaBackend(context, compiler, products);
    }

    /// NVIDIA's on a card, one that multiplies on the host elsewhere; skips the test where there is none.
    CublasLt cublas() {
        if (!ON_CARD) {
            FakeCublas library = FakeCublas.open();
            library.onStreamsOf(library());
            return library.products();
        }
        String library = cublasOfCard();
        assumeTrue(library != null, "there is no cuBLASLt on this machine");
        return CublasLt.open(library).orElseThrow();
    }

    /// Whether {@link #backendWithCublas()} gives one.
    public boolean hasCublas() {
        return !ON_CARD || cublasOfCard() != null;
    }

    private static @Nullable String cublasOfCard() {
        return System.getProperty("gantry.cublas", report().pathOf("cuBLASLt"));
    }

    private static CudaReport report() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        return new CudaDiscovery(LibrarySearch.usual(temporary, System.getenv(), Path.of("/"))).look();
    }

    /// Images are the names of their families, as large as the driver takes them for.
    private record FamilyNames() implements KernelCompiler {
        @Override
        public String version() {
            return "g++";
        }

        @Override
        public byte[] compile(KernelSource source, ComputeCapability capability) {
            byte[] name = source.name().replace(".cu", "").getBytes(StandardCharsets.UTF_8);
            return Arrays.copyOf(name, MODULE_BYTES);
        }
    }

    /// Memory for matrices that kernels compute with and the test looks at.
    TensorArena arena() {
        return new TensorArena(MemoryAccount.unlimited("managed", managed()), "tests");
    }

    private synchronized CudaMemory managed() {
        if (ON_CARD && !"1".equals(System.getenv("CUDA_LAUNCH_BLOCKING"))) {
            throw new IllegalStateException("tests on a card need CUDA_LAUNCH_BLOCKING=1 in the environment");
        }
        CudaMemory known = managed == null ? new CudaMemory(context, CudaArena.Kind.MANAGED) : managed;
        managed = known;
        return known;
    }

    /// Seeded matrices in such memory.
    RandomMatrices matrices(String test) {
        return new RandomMatrices(test, arena());
    }

    /// Skips a test of the driver layer itself, which needs calls that fail on demand.
    public void assumeHost() {
        assumeTrue(!ON_CARD, "only for the driver that runs on the host");
    }

    /// From now on, until this is closed, every kernel fails as one that met a wrong address.
    public void failLaunches() {
        fail("cuLaunchKernel", 700);
    }

    /// The same for the kernels of one card.
    public void failLaunches(int card) {
        library().call("fakeFailCard", card);
    }

    public long usedBytes() {
        return (long) library().invoke("fakeUsedBytes", ValueLayout.JAVA_LONG);
    }

    /// Whether warps and lanes run from last to first; a card has its own order.
    void reverse(boolean reversed) {
        if (!ON_CARD) {
            library().call("fakeReverse", reversed ? 1 : 0);
        }
    }

    /// From now on, until this is closed, what streams are given is done as late and in as unlucky an order as CUDA
    /// allows, drawn from a seed: who does not wait for what it needs, sees it missing. A card has its own order.
    ///
    /// @param seed 0 to do everything at once again
    public void defer(int seed) {
        if (!ON_CARD) {
            library().call("fakeDefer", seed);
        }
    }

    @Override
    public void close() {
        reverse(false);
        if (!ON_CARD) {
            fail("", 0);
            defer(0);
            library().call("fakeDevices", 1);
            link(true);
            library().call("fakeFailCard", -1);
        }
        contexts.forEach(CudaContext::close);
        if (managed != null) {
            managed.close();
        }
        context.close();
    }
}
