package dev.gantry.engine.cuda;

import dev.gantry.engine.cuda.KernelSource.Family;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// The kernels of one card: a family is compiled and loaded when the first of its kernels is asked for.
final class KernelModules implements AutoCloseable {
    private final CudaContext context;
    private final KernelCompiler compiler;
    private final Map<Family, MemorySegment> modules = new EnumMap<>(Family.class);
    private final Map<String, MemorySegment> functions = new HashMap<>();
    private final Map<Family, Integer> imageBytes = new EnumMap<>(Family.class);

    KernelModules(CudaContext context, KernelCompiler compiler) {
        this.context = context;
        this.compiler = compiler;
    }

    /// @param name of a kernel of the family
    synchronized MemorySegment function(Family family, String name) {
        MemorySegment function = functions.get(name);
        if (function == null) {
            function = find(modules.computeIfAbsent(family, this::load), name);
            functions.put(name, function);
        }
        return function;
    }

    /// What a family takes of the card once it is loaded. Compiles it where that was not done yet.
    synchronized long imageBytes(Family family) {
        return imageBytes.computeIfAbsent(family, each -> compile(each).length);
    }

    private byte[] compile(Family family) {
        return compiler.compile(KernelSource.of(family), context.capability());
    }

    private MemorySegment load(Family family) {
        byte[] image = compile(family);
        imageBytes.put(family, image.length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(image.length + 1L, Long.BYTES); // PTX ends with a zero
            MemorySegment.copy(image, 0, copy, ValueLayout.JAVA_BYTE, 0, image.length);
            return context.use().create("cuModuleLoadData", copy);
        }
    }

    private MemorySegment find(MemorySegment module, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return context.use().create("cuModuleGetFunction", module, arena.allocateFrom(name));
        }
    }

    @Override
    public synchronized void close() {
        CudaDriver driver = context.use();
        for (MemorySegment module : modules.values()) {
            driver.call("cuModuleUnload", module);
        }
        modules.clear();
        functions.clear();
    }
}
