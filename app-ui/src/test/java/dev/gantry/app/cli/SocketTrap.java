package dev.gantry.app.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.util.Optional;

/// Has the Linux kernel kill this process, all its threads and native libraries included, when it makes any socket
/// other than a local one (`man 2 seccomp`).
public final class SocketTrap {
    /// Exit code that Java reports for a process that the trap killed: 128 + SIGSYS.
    static final int SPRUNG = 128 + 31;

    /// Exit code of a process that found no trap to set.
    public static final int NONE = 77;

    private static final long PR_SET_NO_NEW_PRIVS = 38;
    private static final long SECCOMP_SET_MODE_FILTER = 1;
    private static final long SECCOMP_FILTER_FLAG_TSYNC = 1;
    private static final int AF_UNIX = 1;

    private static final short LOAD_WORD = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;
    private static final int ALLOW = 0x7fff0000;
    private static final int KILL_PROCESS = 0x80000000;

    // offsets in struct seccomp_data
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;

    private static final int FILTER_BYTES = 8;

    /// The numbers of a processor's Linux.
    private record Numbers(int auditArchitecture, int socket, int prctl, int seccomp) {}

    private SocketTrap() {}

    private static Optional<Numbers> numbers() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> Optional.of(new Numbers(0xC000003E, 41, 157, 317));
            case "aarch64" -> Optional.of(new Numbers(0xC00000B7, 198, 167, 277));
            default -> Optional.empty();
        };
    }

    /// Sets the trap for the rest of the life of this process; false where the system has none.
    public static boolean set() {
        Optional<Numbers> known = numbers();
        if (known.isEmpty()) {
            return false;
        }
        // loading Java's network library tries once whether the system knows IPv6, by making a socket
        InetAddress.getLoopbackAddress();
        Numbers numbers = known.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(16, 8);
            MemorySegment filter = filter(arena, numbers);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) (filter.byteSize() / FILTER_BYTES));
            program.set(ValueLayout.ADDRESS, 8, filter);
            return call(numbers.prctl, PR_SET_NO_NEW_PRIVS, 1, 0) == 0
                    && call(numbers.seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, program.address())
                            == 0;
        }
    }

    private static MemorySegment filter(Arena arena, Numbers numbers) {
        MemorySegment filter = arena.allocate(8L * FILTER_BYTES, 8);
        put(filter, 0, LOAD_WORD, ARCHITECTURE, 0, 0);
        put(filter, 1, JUMP_IF_EQUAL, numbers.auditArchitecture, 0, 5);
        put(filter, 2, LOAD_WORD, NUMBER, 0, 0);
        put(filter, 3, JUMP_IF_EQUAL, numbers.socket, 0, 3);
        put(filter, 4, LOAD_WORD, FIRST_ARGUMENT, 0, 0);
        put(filter, 5, JUMP_IF_EQUAL, AF_UNIX, 1, 0);
        put(filter, 6, RETURN, KILL_PROCESS, 0, 0);
        put(filter, 7, RETURN, ALLOW, 0, 0);
        return filter;
    }

    /// `struct sock_filter`; jumps count the instructions that are passed over.
    private static void put(MemorySegment filter, int index, short code, int value, int ifTrue, int ifFalse) {
        long at = (long) index * FILTER_BYTES;
        filter.set(ValueLayout.JAVA_SHORT, at, code);
        filter.set(ValueLayout.JAVA_BYTE, at + 2, (byte) ifTrue);
        filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) ifFalse);
        filter.set(ValueLayout.JAVA_INT, at + 4, value);
    }

    private static long call(long number, long first, long second, long third) {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor longs = FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG);
        MethodHandle syscall = linker.downcallHandle(
                linker.defaultLookup().find("syscall").orElseThrow(), longs, Linker.Option.firstVariadicArg(1));
        try {
            return (long) syscall.invokeExact(number, first, second, third, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("calling syscall failed", e);
        }
    }
}
