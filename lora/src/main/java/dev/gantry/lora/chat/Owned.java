package dev.gantry.lora.chat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Resources that are closed together, the newest first.
final class Owned implements AutoCloseable {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /// Makes something out of several resources.
    interface Construction<T> {
        T with(Owned parts) throws IOException;
    }

    /// Closes the parts of what could not be finished; what was finished has taken its parts over.
    static <T> T guard(Construction<T> construction) throws IOException {
        try (Owned parts = new Owned()) {
            return construction.with(parts);
        }
    }

    <T extends AutoCloseable> T add(T resource) {
        resources.push(resource);
        return resource;
    }

    /// Becomes the owner of everything that `other` owns.
    Owned takeFrom(Owned other) {
        resources.addAll(other.resources);
        other.resources.clear();
        return this;
    }

    @Override
    public void close() {
        while (!resources.isEmpty()) {
            AutoCloseable resource = resources.pop();
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot release " + resource, e);
            }
        }
    }
}
