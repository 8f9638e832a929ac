package dev.gantry.offload.frozen;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// Things that are closed together, the last one first.
final class Owned implements AutoCloseable {
    private final Deque<Runnable> closing = new ArrayDeque<>();

    /// Closes `it`, by `how`, with everything else.
    <T> T keep(T it, Consumer<T> how) {
        closing.push(() -> how.accept(it));
        return it;
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }
}
