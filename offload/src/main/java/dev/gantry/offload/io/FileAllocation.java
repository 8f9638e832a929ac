package dev.gantry.offload.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Linux's own call that gives a file its room at once, without writing zeros.
final class FileAllocation {
    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");
    private static final int O_WRONLY = 1;
    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;

    private FileAllocation() {}

    /// What came of a call.
    enum Outcome {
        /// The file holds its bytes.
        DONE,
        /// The disk has no room for them.
        FULL,
        /// No such call here, or it failed in another way: writing zeros is left, and tells why it fails.
        UNAVAILABLE
    }

    static Outcome allocate(Path file, long bytes) {
        if (!LINUX) {
            return Outcome.UNAVAILABLE;
        }
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) Native.OPEN.invokeExact(arena.allocateFrom(file.toString()), O_WRONLY);
            if (descriptor < 0) {
                return Outcome.UNAVAILABLE;
            }
            int error = (int) Native.ALLOCATE.invokeExact(descriptor, 0L, bytes);
            int closed = (int) Native.CLOSE.invokeExact(descriptor);
            if (error == ENOSPC || error == EDQUOT) {
                return Outcome.FULL;
            }
            return error == 0 && closed == 0 ? Outcome.DONE : Outcome.UNAVAILABLE;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("functions of C throw no checked exceptions", e);
        }
    }

    /// Found only where they are.
    private static final class Native {
        static final MethodHandle OPEN =
                find("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
        static final MethodHandle ALLOCATE =
                find("posix_fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
        static final MethodHandle CLOSE = find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private Native() {}

        private static MethodHandle find(String name, FunctionDescriptor shape, Linker.Option... options) {
            Linker linker = Linker.nativeLinker();
            MemorySegment address = linker.defaultLookup().findOrThrow(name);
            return linker.downcallHandle(address, shape, options);
        }
    }
}
