package dev.gantry.app.machine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks NVIDIA's management library how busy its cards are; without one there are none.
///
/// Signatures and structures from `nvml.h`: every function returns 0 when it worked.
public final class GpuLoadProbe {
    private final @Nullable Library library;

    public GpuLoadProbe() {
        this(System.getProperty("os.name").startsWith("Windows") ? "nvml" : "libnvidia-ml.so.1");
    }

    /// @param name of the library, for a test
    GpuLoadProbe(String name) {
        library = Library.open(name);
    }

    /// One entry for each card; empty without a driver. Never fails.
    public List<GpuLoad> read() {
        if (library == null) {
            return List.of();
        }
        try (Arena arena = Arena.ofConfined()) {
            List<GpuLoad> loads = new ArrayList<>();
            MemorySegment count = arena.allocate(JAVA_INT);
            int cards = library.call(library.count, count) == 0 ? count.get(JAVA_INT, 0) : 0;
            for (int index = 0; index < cards; index++) {
                GpuLoad load = library.load(index, arena);
                if (load != null) {
                    loads.add(load);
                }
            }
            return List.copyOf(loads);
        }
    }

    /// @param count `nvmlDeviceGetCount_v2(unsigned*)`
    /// @param byIndex `nvmlDeviceGetHandleByIndex_v2(unsigned, nvmlDevice_t*)`
    /// @param rates `nvmlDeviceGetUtilizationRates(nvmlDevice_t, {unsigned gpu, memory}*)`, in percent
    /// @param memory `nvmlDeviceGetMemoryInfo(nvmlDevice_t, {unsigned long long total, free, used}*)`
    /// @param temperature `nvmlDeviceGetTemperature(nvmlDevice_t, 0, unsigned*)`, in degrees Celsius
    /// @param power `nvmlDeviceGetPowerUsage(nvmlDevice_t, unsigned*)`, in milliwatts; many small cards do not tell
    private record Library(
            MethodHandle count,
            MethodHandle byIndex,
            MethodHandle rates,
            MethodHandle memory,
            MethodHandle temperature,
            MethodHandle power) {
        private static final long TOTAL = 0;
        private static final long USED = 16;

        @SuppressWarnings("restricted") // the launcher enables native access
        static @Nullable Library open(String name) {
            try {
                // the library stays for the program's life, as the driver's own documentation wants
                SymbolLookup lookup = SymbolLookup.libraryLookup(name, Arena.global());
                Library library = new Library(
                        handle(lookup, "nvmlDeviceGetCount_v2", ADDRESS),
                        handle(lookup, "nvmlDeviceGetHandleByIndex_v2", JAVA_INT, ADDRESS),
                        handle(lookup, "nvmlDeviceGetUtilizationRates", ADDRESS, ADDRESS),
                        handle(lookup, "nvmlDeviceGetMemoryInfo", ADDRESS, ADDRESS),
                        handle(lookup, "nvmlDeviceGetTemperature", ADDRESS, JAVA_INT, ADDRESS),
                        handle(lookup, "nvmlDeviceGetPowerUsage", ADDRESS, ADDRESS));
                return library.call(handle(lookup, "nvmlInit_v2")) == 0 ? library : null;
            } catch (IllegalArgumentException | java.util.NoSuchElementException _) {
                return null; // no driver, or one that is too old
            }
        }

        @SuppressWarnings("restricted")
        private static MethodHandle handle(SymbolLookup lookup, String function, MemoryLayout... arguments) {
            return Linker.nativeLinker()
                    .downcallHandle(lookup.findOrThrow(function), FunctionDescriptor.of(JAVA_INT, arguments));
        }

        int call(MethodHandle function, Object... arguments) {
            try {
                return (int) function.invokeWithArguments(arguments);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("a native call threw a checked exception", e);
            }
        }

        @Nullable
        GpuLoad load(int index, Arena arena) {
            MemorySegment device = arena.allocate(ADDRESS);
            MemorySegment percent = arena.allocate(JAVA_INT, 2);
            MemorySegment bytes = arena.allocate(JAVA_LONG, 3);
            if (call(byIndex, index, device) != 0
                    || call(rates, device.get(ADDRESS, 0), percent) != 0
                    || call(memory, device.get(ADDRESS, 0), bytes) != 0) {
                return null;
            }
            MemorySegment number = arena.allocate(JAVA_INT);
            boolean hasHeat = call(temperature, device.get(ADDRESS, 0), 0, number) == 0;
            Integer celsius = hasHeat ? Integer.valueOf(number.get(JAVA_INT, 0)) : null;
            boolean hasPower = call(power, device.get(ADDRESS, 0), number) == 0;
            Double watts = hasPower ? Double.valueOf(number.get(JAVA_INT, 0) / 1000.0) : null;
            return new GpuLoad(
                    index,
                    percent.get(JAVA_INT, 0) / 100.0,
                    bytes.get(JAVA_LONG, USED),
                    bytes.get(JAVA_LONG, TOTAL),
                    celsius,
                    watts);
        }
    }
}
