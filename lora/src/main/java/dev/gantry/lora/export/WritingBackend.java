package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ForwardingBackend;
import dev.gantry.engine.cpu.CpuBackend;

/// What computes the tensors of files that are written: the processor, for they are written from memory of the host.
public final class WritingBackend {
    private WritingBackend() {}

    /// The backend itself where it computes in memory of the host, else the processor; closing it leaves the backend
    /// open.
    public static Backend beside(Backend backend) {
        return backend.memory().isHost()
                ? new ForwardingBackend(backend) {}
                : new CpuBackend(Runtime.getRuntime().availableProcessors());
    }
}
