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
import java.util.ArrayList;
import java.util.List;

/// Asks NVIDIA's driver for its cards through the driver library alone.
///
/// No CUDA binding class is touched: without a driver its first use would fail and poison the JVM for good.
public final class CudaProbe {
    private static final int NAME_BYTES = 256;
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;

    /// What the driver says, or why there is none; never fails.
    public MachineReport.Cuda probe() {
        String library = System.getProperty("os.name").startsWith("Windows") ? "nvcuda" : "libcuda.so.1";
        return probe(library);
    }

    @SuppressWarnings("restricted") // the launcher enables native access
    MachineReport.Cuda probe(String library) {
        try (var arena = Arena.ofConfined()) {
            SymbolLookup driver;
            try {
                driver = SymbolLookup.libraryLookup(library, arena);
            } catch (IllegalArgumentException e) {
                return none("no NVIDIA driver found (" + library + ")");
            }
            return ask(new Driver(driver, arena));
        }
    }

    private static MachineReport.Cuda none(String why) {
        return new MachineReport.Cuda(0, List.of(), why);
    }

    private static MachineReport.Cuda ask(Driver driver) {
        int status = driver.call("cuInit", 0);
        if (status != 0) {
            return none("the NVIDIA driver is installed but does not start (cuInit gave " + status
                    + "); nvidia-smi says more");
        }
        int version = driver.readInt("cuDriverGetVersion");
        int count = driver.readInt("cuDeviceGetCount");
        var gpus = new ArrayList<MachineReport.Gpu>();
        for (int ordinal = 0; ordinal < count; ordinal++) {
            int device = driver.readInt("cuDeviceGet", ordinal);
            String capability =
                    driver.attribute(CAPABILITY_MAJOR, device) + "." + driver.attribute(CAPABILITY_MINOR, device);
            gpus.add(new MachineReport.Gpu(driver.name(device), driver.memoryBytes(device), capability));
        }
        String detail = "driver for CUDA " + version / 1000 + "." + version % 1000 / 10;
        return new MachineReport.Cuda(version, List.copyOf(gpus), detail);
    }

    /// The few driver functions the probe needs; a result that cannot be had reads as 0.
    @SuppressWarnings("restricted")
    private record Driver(SymbolLookup lookup, Arena arena) {
        int call(String function, Object... arguments) {
            var address = lookup.find(function);
            if (address.isEmpty()) {
                return -1;
            }
            var layouts = new MemoryLayout[arguments.length];
            for (int i = 0; i < arguments.length; i++) {
                layouts[i] = arguments[i] instanceof MemorySegment ? ADDRESS : JAVA_INT;
            }
            var handle = Linker.nativeLinker().downcallHandle(address.get(), FunctionDescriptor.of(JAVA_INT, layouts));
            return invoke(handle, arguments);
        }

        private static int invoke(java.lang.invoke.MethodHandle handle, Object... arguments) {
            try {
                return (int) handle.invokeWithArguments(arguments);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("a native call threw a checked exception", e);
            }
        }

        int readInt(String function, Object... arguments) {
            var result = arena.allocate(JAVA_INT);
            var all = new Object[arguments.length + 1];
            all[0] = result;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            call(function, all);
            return result.get(JAVA_INT, 0);
        }

        int attribute(int attribute, int device) {
            return readInt("cuDeviceGetAttribute", attribute, device);
        }

        String name(int device) {
            var name = arena.allocate(NAME_BYTES);
            call("cuDeviceGetName", name, NAME_BYTES, device);
            return name.getString(0);
        }

        long memoryBytes(int device) {
            var bytes = arena.allocate(JAVA_LONG);
            call("cuDeviceTotalMem_v2", bytes, device);
            return bytes.get(JAVA_LONG, 0);
        }
    }
}
