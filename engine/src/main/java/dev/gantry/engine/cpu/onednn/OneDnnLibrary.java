package dev.gantry.engine.cpu.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gantry.engine.foreign.ForeignCall;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// oneDNN's C interface, called through the foreign function interface: the three calls of a running product at full
/// speed, everything that happens once a primitive by name.
@SuppressWarnings("restricted") // calling C is what this class is for
final class OneDnnLibrary {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SET_DATA_HANDLE =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle EXECUTE =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS));
    private static final MethodHandle SET_THREADS = LINKER.downcallHandle(FunctionDescriptor.ofVoid(JAVA_INT));

    private final SymbolLookup symbols;
    private final MemorySegment setDataHandle;
    private final MemorySegment execute;
    private final MemorySegment setThreads;

    /// Loads the libraries; they stay until the program ends, for OpenMP does not survive being unloaded.
    ///
    /// @throws OneDnnUnavailableException when the loader refuses them
    OneDnnLibrary(Path folder) {
        try {
            SymbolLookup openMp = SymbolLookup.libraryLookup(folder.resolve(NativeLibraries.OPENMP), Arena.global());
            symbols = SymbolLookup.libraryLookup(folder.resolve(NativeLibraries.ONEDNN), Arena.global());
            setThreads = openMp.findOrThrow("omp_set_num_threads");
        } catch (IllegalArgumentException e) {
            throw new OneDnnUnavailableException("the system's loader refused a library in " + folder, e);
        }
        setDataHandle = symbols.findOrThrow("dnnl_memory_set_data_handle");
        execute = symbols.findOrThrow("dnnl_primitive_execute");
    }

    /// Tells OpenMP to use the calling thread alone, for all later calls of this thread.
    void useCallingThreadAlone() {
        try {
            SET_THREADS.invokeExact(setThreads, 1);
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
    }

    /// Points a memory object at `data`, an address: who calls keeps the memory alive until the product is done.
    void setData(MemorySegment memory, long data) {
        int status;
        try {
            status = (int) SET_DATA_HANDLE.invokeExact(setDataHandle, memory, data);
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
        check("dnnl_memory_set_data_handle", status);
    }

    void execute(MemorySegment primitive, MemorySegment stream, int argumentCount, MemorySegment arguments) {
        int status;
        try {
            status = (int) EXECUTE.invokeExact(execute, primitive, stream, argumentCount, arguments);
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
        check("dnnl_primitive_execute", status);
    }

    /// Calls a function that returns a status and throws when that is not 0. For calls made once a primitive.
    void call(String function, Object... arguments) {
        check(function, (int) invoke(function, JAVA_INT, arguments));
    }

    /// Calls a function whose first parameter receives a handle, and returns the handle.
    MemorySegment create(String function, Object... arguments) {
        return ForeignCall.create(all -> call(function, all), arguments);
    }

    /// Calls any function; parameter types follow from the arguments.
    Object invoke(String function, MemoryLayout returns, Object... arguments) {
        return ForeignCall.invoke(symbols.findOrThrow(function), returns, arguments);
    }

    private static void check(String function, int status) {
        if (status != 0) {
            throw new OneDnnException(function, status);
        }
    }
}
