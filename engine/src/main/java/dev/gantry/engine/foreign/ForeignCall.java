package dev.gantry.engine.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;

/// Calls of functions by their address, for what happens seldom: each is linked anew.
public final class ForeignCall {
    private static final Linker LINKER = Linker.nativeLinker();

    private ForeignCall() {}

    /// Calls any function; parameter types follow from the arguments.
    ///
    /// @param returns layout of what it returns
    @SuppressWarnings("restricted") // calling C is what this class is for
    public static Object invoke(MemorySegment function, MemoryLayout returns, Object... arguments) {
        MemoryLayout[] parameters =
                Arrays.stream(arguments).map(ForeignCall::layoutOf).toArray(MemoryLayout[]::new);
        try {
            return LINKER.downcallHandle(function, FunctionDescriptor.of(returns, parameters))
                    .invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// What a function writes through its first parameter, such as a new handle.
    ///
    /// @param call makes the call with all arguments, and looks at its status
    /// @param arguments behind the first
    public static MemorySegment create(Consumer<Object[]> call, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            call.accept(behind(out, arguments));
            return out.get(ADDRESS, 0);
        }
    }

    /// Arguments with one more in front of them.
    public static Object[] behind(MemorySegment first, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = first;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return all;
    }

    private static MemoryLayout layoutOf(Object argument) {
        return switch (argument) {
            case Byte _ -> JAVA_BYTE;
            case Integer _ -> JAVA_INT;
            case Long _ -> JAVA_LONG;
            case Float _ -> JAVA_FLOAT;
            case MemorySegment _ -> ADDRESS;
            default -> throw new IllegalArgumentException("no C type for " + argument.getClass());
        };
    }

    /// Method handles declare Throwable, but a call into C throws nothing.
    public static IllegalStateException impossible(Throwable e) {
        return new IllegalStateException("a call into C failed before it reached the library", e);
    }
}
