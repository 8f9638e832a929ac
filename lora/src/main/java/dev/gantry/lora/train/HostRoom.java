package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.function.Consumer;

/// Room for values that the host makes and a device computes with.
final class HostRoom {
    private HostRoom() {}

    /// Fills a matrix of the device: where it lies, or where the device has memory of its own, in memory of the host
    /// that is copied there.
    static void filled(Backend backend, Matrix target, Consumer<Matrix> filling) {
        if (backend.memory().isHost()) {
            filling.accept(target);
            return;
        }
        try (TensorArena host = new TensorArena()) {
            Matrix onHost = host.matrix(target.dtype(), target.rows(), target.columns());
            filling.accept(onHost);
            backend.elements().copy(onHost, target);
        }
    }
}
