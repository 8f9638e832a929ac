package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Arrays;

/// Keys and values of the tokens generated so far, for several sequences at once.
///
/// Sequence s owns rows `[s * capacity, (s + 1) * capacity)` of every layer's matrices.
public final class KeyValueCache implements AutoCloseable {
    private final TensorArena arena;
    private final int capacity;
    private final int[] lengths;
    private final Layer[] layers;
    private final Heads turnedKeys; // those of one layer; no rows where keys lie turned in the cache

    /// @param sequences sequences that generate side by side
    /// @param capacity tokens each of them may hold
    public KeyValueCache(DecoderSpec spec, ComputeType compute, int sequences, int capacity) {
        this(spec, compute, sequences, capacity, MemoryAccount.unlimited("device"));
    }

    /// @param device where all memory comes from
    /// @throws OverBudgetException when it is too small
    public KeyValueCache(DecoderSpec spec, ComputeType compute, int sequences, int capacity, MemoryAccount device) {
        this(
                spec,
                compute,
                sequences,
                capacity,
                TensorArena.planned(device, "key/value cache", measure(spec, compute, sequences, capacity)));
    }

    /// Bytes a cache would hold, found by planning it without memory.
    public static long measure(DecoderSpec spec, ComputeType compute, int sequences, int capacity) {
        try (KeyValueCache cache = new KeyValueCache(spec, compute, sequences, capacity, TensorArena.measuring())) {
            return cache.bytes();
        }
    }

    private KeyValueCache(DecoderSpec spec, ComputeType compute, int sequences, int capacity, TensorArena arena) {
        this.arena = arena;
        this.capacity = capacity;
        this.lengths = new int[sequences];
        this.layers = new Layer[spec.layers()];
        AttentionSpec attention = spec.attention();
        int rows = Math.multiplyExact(sequences, capacity);
        for (int layer = 0; layer < layers.length; layer++) {
            Matrix keys = arena.matrix(compute.dtype(), rows, attention.kvWidth());
            Matrix values = arena.matrix(compute.dtype(), rows, attention.kvWidth());
            layers[layer] = new Layer(
                    Heads.sideBySide(keys, attention.kvHeads()), Heads.sideBySide(values, attention.kvHeads()));
        }
        Matrix turned = arena.matrix(compute.dtype(), Runs.keysTurnWithLength(spec) ? rows : 0, attention.kvWidth());
        this.turnedKeys = Heads.sideBySide(turned, attention.kvHeads());
    }

    public int capacity() {
        return capacity;
    }

    public int sequences() {
        return lengths.length;
    }

    /// Tokens held for a sequence.
    public int length(int sequence) {
        return lengths[sequence];
    }

    /// Forgets everything from token `length` on.
    public void truncate(int sequence, int length) {
        lengths[sequence] = Math.min(lengths[sequence], length);
    }

    public long bytes() {
        return arena.allocatedBytes();
    }

    /// Makes room for `counts[s]` new tokens of sequence s (0 for a sequence that pauses) and says where they go.
    Segments advance(int... counts) {
        int active = (int) Arrays.stream(counts).filter(count -> count > 0).count();
        int[] queryStart = new int[active];
        int[] queryLength = new int[active];
        int[] keyStart = new int[active];
        int[] keyLength = new int[active];
        int next = 0;
        int row = 0;
        for (int sequence = 0; sequence < counts.length; sequence++) {
            if (counts[sequence] > 0) {
                if (lengths[sequence] + counts[sequence] > capacity) {
                    throw new IllegalArgumentException("sequence " + sequence + " would hold "
                            + (lengths[sequence] + counts[sequence]) + " tokens, the cache has room for " + capacity);
                }
                lengths[sequence] += counts[sequence];
                queryStart[next] = row;
                queryLength[next] = counts[sequence];
                keyStart[next] = sequence * capacity;
                keyLength[next++] = lengths[sequence];
                row += counts[sequence];
            }
        }
        return new Segments(queryStart, queryLength, keyStart, keyLength);
    }

    Layer layer(int layer) {
        return layers[layer];
    }

    /// Room for the keys of one layer, turned by the positions they have at the present length.
    Heads turnedKeys() {
        return turnedKeys;
    }

    @Override
    public void close() {
        arena.close();
    }

    /// One layer's part of the cache.
    record Layer(Heads keys, Heads values) {

        void append(Backend backend, Segments segments, Heads k, Heads v) {
            for (int s = 0; s < segments.count(); s++) {
                int from = segments.queryStart()[s];
                int count = segments.queryLength()[s];
                int to = segments.keyStart()[s] + segments.keyLength()[s] - count;
                copy(backend, k.rows(from, count), keys.rows(to, count));
                copy(backend, v.rows(from, count), values.rows(to, count));
            }
        }

        private static void copy(Backend backend, Heads from, Heads to) {
            if (from.headStride() == from.headDim()) {
                int width = from.heads() * from.headDim();
                backend.elements().copy(from.matrix().columns(from.firstColumn(), width), to.matrix());
                return;
            }
            for (int head = 0; head < from.heads(); head++) {
                int column = from.firstColumn() + head * from.headStride();
                backend.elements()
                        .copy(
                                from.matrix().columns(column, from.headDim()),
                                to.matrix().columns(head * from.headDim(), from.headDim()));
            }
        }
    }
}
