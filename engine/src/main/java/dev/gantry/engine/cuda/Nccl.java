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
import java.util.List;
import java.util.Optional;

/// NVIDIA's NCCL by its C interface, from 2.7 on, which has sends and receives: every status is checked here, and what
/// fails names its call. Numbers are those of `nccl.h` 2.30.
@SuppressWarnings("restricted") // calling C is what this class is for
public final class Nccl {
    private static final List<String> FUNCTIONS = List.of(
            "ncclCommInitAll",
            "ncclCommDestroy",
            "ncclCommAbort",
            "ncclCommGetAsyncError",
            "ncclGetErrorString",
            "ncclGroupStart",
            "ncclGroupEnd",
            "ncclSend",
            "ncclRecv",
            "ncclAllGather",
            "ncclBroadcast");
    private static final int BYTES = 0; // ncclInt8
    private static final int IN_PROGRESS = 7;
    private static final int LONGEST_TEXT = 1024;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle EXCHANGE = LINKER.downcallHandle(
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle ASYNC_ERROR =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    private final NativeLibrary library;
    private final MemorySegment send;
    private final MemorySegment receive;
    private final MemorySegment asyncError;

    private Nccl(NativeLibrary library) {
        this.library = library;
        send = library.find("ncclSend");
        receive = library.find("ncclRecv");
        asyncError = library.find("ncclCommGetAsyncError");
    }

    /// @param nameOrPath of `libnccl`
    /// @return empty when it cannot be loaded or is none that has what is needed
    public static Optional<Nccl> open(String nameOrPath) {
        return NativeLibrary.open(nameOrPath)
                .filter(library -> FUNCTIONS.stream().allMatch(library::has))
                .map(Nccl::new);
    }

    /// A communicator for each card, which all belong together.
    ///
    /// @param ordinals of the cards, in the order of the ranks
    MemorySegment[] join(int... ordinals) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS, ordinals.length);
            call("ncclCommInitAll", out, ordinals.length, arena.allocateFrom(JAVA_INT, ordinals));
            MemorySegment[] handles = new MemorySegment[ordinals.length];
            for (int rank = 0; rank < handles.length; rank++) {
                handles[rank] = out.getAtIndex(ADDRESS, rank);
            }
            return handles;
        }
    }

    /// Calls a function by name.
    ///
    /// @throws CudaException when it does not return 0
    void call(String function, Object... arguments) {
        check(function, library.call(function, arguments));
    }

    /// Enqueues bytes to another rank; between the start and the end of a group all of them are under way together.
    void send(MemorySegment communicator, int to, MemorySegment data, MemorySegment stream) {
        check("ncclSend", exchange(send, communicator, to, data, stream));
    }

    /// Enqueues the other end.
    void receive(MemorySegment communicator, int from, MemorySegment into, MemorySegment stream) {
        check("ncclRecv", exchange(receive, communicator, from, into, stream));
    }

    private static int exchange(
            MemorySegment function, MemorySegment communicator, int peer, MemorySegment data, MemorySegment stream) {
        try {
            return (int)
                    EXCHANGE.invokeExact(function, data.address(), data.byteSize(), BYTES, peer, communicator, stream);
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
    }

    /// Enqueues a gather of shares of one size.
    void allGather(MemorySegment communicator, MemorySegment share, MemorySegment all, MemorySegment stream) {
        call("ncclAllGather", share.address(), all.address(), share.byteSize(), BYTES, communicator, stream);
    }

    /// Enqueues the bytes of one rank to all.
    void broadcast(MemorySegment communicator, int root, MemorySegment data, MemorySegment stream) {
        long address = data.address();
        call("ncclBroadcast", address, address, data.byteSize(), BYTES, root, communicator, stream);
    }

    /// What has gone wrong since with what was enqueued.
    ///
    /// @param doing what the rank does, for the message
    /// @throws CudaException when something has
    void requireSound(MemorySegment communicator, Object doing) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            check("ncclCommGetAsyncError", (int) ASYNC_ERROR.invokeExact(asyncError, communicator, status));
            check(doing.toString(), status.get(JAVA_INT, 0));
        } catch (CudaException e) {
            throw e;
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
    }

    private void check(String call, int status) {
        if (status != 0 && status != IN_PROGRESS) {
            MemorySegment text = (MemorySegment) library.invoke("ncclGetErrorString", ADDRESS, status);
            throw CudaException.ofCollective(
                    call,
                    status,
                    name(status),
                    text.equals(MemorySegment.NULL)
                            ? "unknown"
                            : text.reinterpret(LONGEST_TEXT).getString(0));
        }
    }

    /// `ncclResult_t`.
    private static String name(int status) {
        return switch (status) {
            case 1 -> "ncclUnhandledCudaError";
            case 2 -> "ncclSystemError";
            case 3 -> "ncclInternalError";
            case 4 -> "ncclInvalidArgument";
            case 5 -> "ncclInvalidUsage";
            case 6 -> "ncclRemoteError";
            default -> "ncclResult";
        };
    }
}
