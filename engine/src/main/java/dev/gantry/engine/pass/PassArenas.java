package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.Memory;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.util.SortedMap;
import java.util.TreeMap;

/// The memory of a training pass on the device, by what it is for.
///
/// @param activations what blocks leave for their backward, and their temporaries
/// @param boundaries the residual stream between the blocks
/// @param head one slice of the head's rows, logits and all
record PassArenas(TensorArena activations, TensorArena boundaries, TensorArena head) implements AutoCloseable {
    private static final String ACTIVATIONS = "activations";
    private static final String BOUNDARIES = "boundary activations";
    private static final String HEAD = "head";

    /// Arenas that only count.
    static PassArenas measuring(Memory device) {
        return new PassArenas(
                TensorArena.measuring(device), TensorArena.measuring(device), TensorArena.measuring(device));
    }

    /// Arenas that will take `needs` of an account; refuses at once, and with the whole need, what would not fit.
    static PassArenas planned(MemoryAccount device, SortedMap<String, Long> needs) {
        device.requireFree("a training pass", sum(needs));
        return new PassArenas(
                new TensorArena(device, ACTIVATIONS),
                new TensorArena(device, BOUNDARIES),
                new TensorArena(device, HEAD));
    }

    static long sum(SortedMap<String, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Bytes taken for each use.
    SortedMap<String, Long> bytes() {
        SortedMap<String, Long> bytes = new TreeMap<>();
        bytes.put(ACTIVATIONS, activations.allocatedBytes());
        bytes.put(BOUNDARIES, boundaries.allocatedBytes());
        bytes.put(HEAD, head.allocatedBytes());
        return bytes;
    }

    long allocations() {
        return activations.allocations() + boundaries.allocations() + head.allocations();
    }

    @Override
    public void close() {
        activations.close();
        boundaries.close();
        head.close();
    }
}
