package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gantry.engine.foreign.ForeignCall;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// NVIDIA's driver interface: every status is checked here, and what fails names its call.
@SuppressWarnings("restricted") // calling C is what this class is for
public final class CudaDriver {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle LAUNCH = LINKER.downcallHandle(FunctionDescriptor.of(
            JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS,
            ADDRESS));
    private static final MethodHandle SET_CURRENT = LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle STREAM_QUERY = LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final int NOT_READY = 600;
    private static final int LONGEST_TEXT = 1024;

    private final NativeLibrary library;
    private final MemorySegment launchKernel;
    private final MemorySegment setCurrent;

    /// @param library one whose `cuInit` has returned 0
    public CudaDriver(NativeLibrary library) {
        this.library = library;
        launchKernel = library.find("cuLaunchKernel");
        setCurrent = library.find("cuCtxSetCurrent");
    }

    /// Calls a function by name. For what happens seldom.
    ///
    /// @throws CudaException when it does not return 0
    void call(String function, Object... arguments) {
        check(function, library.call(function, arguments));
    }

    /// The same, but that one status is as good as 0.
    void callUnless(int harmless, String function, Object... arguments) {
        int status = library.call(function, arguments);
        check(function, status == harmless ? 0 : status);
    }

    /// Calls a function whose first parameter receives a handle or an address, and returns it.
    MemorySegment create(String function, Object... arguments) {
        return ForeignCall.create(all -> call(function, all), arguments);
    }

    int readInt(String function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            call(function, ForeignCall.behind(out, arguments));
            return out.get(JAVA_INT, 0);
        }
    }

    long readLong(String function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            call(function, ForeignCall.behind(out, arguments));
            return out.get(JAVA_LONG, 0);
        }
    }

    /// Makes a context current for the calling thread.
    void setCurrent(MemorySegment context) {
        int status;
        try {
            status = (int) SET_CURRENT.invokeExact(setCurrent, context);
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
        check("cuCtxSetCurrent", status);
    }

    /// Enqueues a kernel.
    ///
    /// @param kernel its name, for the error
    /// @param parameters one address for each parameter; read before this returns
    void launch(String kernel, MemorySegment function, Grid grid, MemorySegment stream, MemorySegment parameters) {
        int status;
        try {
            status = (int) LAUNCH.invokeExact(
                    launchKernel,
                    function,
                    grid.x(),
                    grid.y(),
                    grid.z(),
                    grid.blockX(),
                    grid.blockY(),
                    1,
                    grid.sharedBytes(),
                    stream,
                    parameters,
                    MemorySegment.NULL);
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
        if (status != 0) {
            check("cuLaunchKernel of " + kernel + " on " + grid, status);
        }
    }

    /// Whether all that a stream was given is done; does not wait.
    boolean isDone(MemorySegment stream) {
        int status;
        try {
            status = (int) STREAM_QUERY.invokeExact(library.find("cuStreamQuery"), stream);
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
        if (status != NOT_READY) {
            check("cuStreamQuery", status);
        }
        return status != NOT_READY;
    }

    /// Whether this driver has a function.
    boolean has(String function) {
        return library.has(function);
    }

    /// Where a function lies.
    MemorySegment find(String function) {
        return library.find(function);
    }

    /// @throws CudaException when a call did not return 0
    void check(String call, int status) {
        if (status != 0) {
            throw CudaException.ofCall(call, status, text("cuGetErrorName", status), text("cuGetErrorString", status));
        }
    }

    private String text(String function, int status) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            boolean known = library.call(function, status, out) == 0;
            return known ? out.get(ADDRESS, 0).reinterpret(LONGEST_TEXT).getString(0) : "an unknown status";
        }
    }
}
