package dev.gantry.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/// One card's communicator of NCCL, with the stream on which it works.
final class NcclLink implements AutoCloseable {
    private static final long POLL_NANOS = 20_000;

    private final Nccl library;
    private final MemorySegment handle;
    private final CudaBackend backend;
    private boolean open = true;

    NcclLink(Nccl library, MemorySegment handle, CudaBackend backend) {
        this.library = library;
        this.handle = handle;
        this.backend = backend;
    }

    CudaBackend backend() {
        return backend;
    }

    /// Enqueues what many sends and receives make up together.
    void together(Runnable exchange) {
        backend.stream().context().use();
        guard(() -> {
            library.call("ncclGroupStart");
            exchange.run();
            library.call("ncclGroupEnd");
        });
    }

    void send(int to, MemorySegment data) {
        library.send(handle, to, data, backend.stream().handle());
    }

    void receive(int from, MemorySegment into) {
        library.receive(handle, from, into, backend.stream().handle());
    }

    void allGather(MemorySegment share, MemorySegment all) {
        backend.stream().context().use();
        guard(() -> library.allGather(handle, share, all, backend.stream().handle()));
    }

    void broadcast(int root, MemorySegment data) {
        backend.stream().context().use();
        guard(() -> library.broadcast(handle, root, data, backend.stream().handle()));
    }

    /// Waits for what was enqueued, looking meanwhile whether it can still come to an end.
    ///
    /// @param doing what it is, for the message
    /// @param requireSound throws when another rank has failed
    void await(Object doing, Runnable requireSound) {
        guard(() -> {
            while (!backend.stream().isDone()) {
                library.requireSound(handle, doing);
                requireSound.run();
                LockSupport.parkNanos(POLL_NANOS);
            }
            library.requireSound(handle, doing);
        });
    }

    /// After a failure the card would wait for ever for those who do not come.
    private void guard(Runnable work) {
        boolean done = false;
        try {
            work.run();
            done = true;
        } finally {
            if (!done) {
                abort();
            }
        }
    }

    private synchronized void abort() {
        if (open) {
            open = false;
            library.call("ncclCommAbort", handle);
        }
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            backend.stream().context().use();
            library.call("ncclCommDestroy", handle);
        }
    }
}
