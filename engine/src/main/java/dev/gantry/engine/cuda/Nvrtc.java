package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/// NVIDIA's runtime compiler. It needs neither a card nor a driver.
public final class Nvrtc implements KernelCompiler {
    private final NativeLibrary library;
    private final CudaVersion version;
    private final NavigableSet<ComputeCapability> known;

    private Nvrtc(NativeLibrary library, CudaVersion version) {
        this.library = library;
        this.version = version;
        this.known = architectures(library);
    }

    /// @param nameOrPath of `libnvrtc`
    /// @return empty when it cannot be loaded or is no NVRTC
    public static Optional<Nvrtc> open(String nameOrPath) {
        return NativeLibrary.open(nameOrPath)
                .filter(library -> library.has("nvrtcGetSupportedArchs") && library.has("nvrtcGetCUBIN"))
                .map(library -> {
                    CudaVersion version = version(library);
                    openBuiltins(nameOrPath, version);
                    return new Nvrtc(library, version);
                });
    }

    /// NVRTC opens its second library by name alone: found beside it, it is loaded before.
    private static void openBuiltins(String nameOrPath, CudaVersion version) {
        Path folder = Path.of(nameOrPath).getParent();
        if (folder == null) {
            return; // where the loader found the one it finds the other
        }
        Path builtins = folder.resolve(CudaPlatform.here().builtins(version));
        if (Files.exists(builtins)) {
            NativeLibrary.open(builtins.toString());
        }
    }

    private static CudaVersion version(NativeLibrary library) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(JAVA_INT, 2);
            library.call("nvrtcVersion", numbers, numbers.asSlice(Integer.BYTES));
            return new CudaVersion(numbers.getAtIndex(JAVA_INT, 0), numbers.getAtIndex(JAVA_INT, 1));
        }
    }

    private static NavigableSet<ComputeCapability> architectures(NativeLibrary library) {
        var known = new TreeSet<ComputeCapability>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            library.call("nvrtcGetNumSupportedArchs", count);
            MemorySegment numbers = arena.allocate(JAVA_INT, count.get(JAVA_INT, 0));
            library.call("nvrtcGetSupportedArchs", numbers);
            for (int number : numbers.toArray(JAVA_INT)) {
                known.add(ComputeCapability.of(number));
            }
        }
        return known;
    }

    @Override
    public String version() {
        return "nvrtc " + version;
    }

    public CudaVersion cudaVersion() {
        return version;
    }

    /// The cards it has code for.
    public NavigableSet<ComputeCapability> architectures() {
        return known;
    }

    /// Machine code for a card it knows, else PTX of the newest it knows below, which the card's driver translates.
    @Override
    public byte[] compile(KernelSource source, ComputeCapability capability) {
        ComputeCapability target = known.floor(capability);
        boolean exact = capability.equals(target);
        String option = target == null ? "sm_" + capability.number() : (exact ? "sm_" : "compute_") + target.number();
        try (Arena arena = Arena.ofConfined()) {
            Program program = Program.create(library, arena, source);
            try {
                program.compile(source.name(), option, version());
                return exact
                        ? program.output("nvrtcGetCUBINSize", "nvrtcGetCUBIN")
                        : program.output("nvrtcGetPTXSize", "nvrtcGetPTX");
            } finally {
                program.destroy();
            }
        }
    }

    private record Program(NativeLibrary library, Arena arena, MemorySegment handle) {
        static Program create(NativeLibrary library, Arena arena, KernelSource source) {
            Function<Collection<String>, MemorySegment> pointers = texts -> {
                MemorySegment all = arena.allocate(ADDRESS, Math.max(1, texts.size()));
                int i = 0;
                for (String text : texts) {
                    all.setAtIndex(ADDRESS, i++, arena.allocateFrom(text));
                }
                return all;
            };
            MemorySegment out = arena.allocate(ADDRESS);
            int status = library.call(
                    "nvrtcCreateProgram",
                    out,
                    arena.allocateFrom(source.text()),
                    arena.allocateFrom(source.name()),
                    source.headers().size(),
                    pointers.apply(source.headers().values()),
                    pointers.apply(source.headers().keySet()));
            if (status != 0) {
                throw CudaException.compilation(source.name(), "any card", library.name(), "status " + status);
            }
            return new Program(library, arena, out.get(ADDRESS, 0));
        }

        void compile(String name, String architecture, String compiler) {
            String[] options = {"--gpu-architecture=" + architecture, "--std=c++17"};
            MemorySegment pointers = arena.allocate(ADDRESS, options.length);
            for (int i = 0; i < options.length; i++) {
                pointers.setAtIndex(ADDRESS, i, arena.allocateFrom(options[i]));
            }
            if (library.call("nvrtcCompileProgram", handle, options.length, pointers) != 0) {
                byte[] log = output("nvrtcGetProgramLogSize", "nvrtcGetProgramLog");
                String text = new String(log, StandardCharsets.UTF_8).replace("\0", "");
                throw CudaException.compilation(name, architecture, compiler, text);
            }
        }

        byte[] output(String sizeFunction, String function) {
            MemorySegment size = arena.allocate(JAVA_LONG);
            library.call(sizeFunction, handle, size);
            MemorySegment bytes = arena.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
            library.call(function, handle, bytes);
            return bytes.toArray(JAVA_BYTE);
        }

        void destroy() {
            MemorySegment pointer = arena.allocate(ADDRESS);
            pointer.set(ADDRESS, 0, handle);
            library.call("nvrtcDestroyProgram", pointer);
        }
    }
}
