package dev.gantry.engine.pass;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Arrays;

/// The tokens of one micro-batch: its sequences one after the other, without padding.
///
/// A padded batch is this with the padding left out, a packed one is this with several samples in a row.
/// The matrices are views of buffers that {@link Buffers} owns and are valid until its next `fill`.
///
/// @param tokens number of tokens of all sequences
/// @param ids I32 `[1, tokens]`
/// @param positions I32 `[1, tokens]`, from 0 in each sequence
/// @param segments where the sequences lie
/// @param labelled number of tokens that have a label
/// @param labelRows I32 `[1, labelled]`: the tokens that have a label
/// @param labels I32 `[1, labelled]`: what follows them
public record TokenBatch(
        int tokens, Matrix ids, Matrix positions, Segments segments, int labelled, Matrix labelRows, Matrix labels) {

    /// Native memory for batches of up to a number of tokens, filled again for every batch.
    public static final class Buffers {
        private final TensorArena arena;
        private final int maxTokens;
        private final Matrix ids;
        private final Matrix positions;
        private final Matrix labelRows;
        private final Matrix labels;

        public Buffers(int maxTokens, TensorArena arena) {
            this.arena = arena;
            this.maxTokens = maxTokens;
            this.ids = arena.matrix(DType.I32, 1, maxTokens);
            this.positions = arena.matrix(DType.I32, 1, maxTokens);
            this.labelRows = arena.matrix(DType.I32, 1, maxTokens);
            this.labels = arena.matrix(DType.I32, 1, maxTokens);
        }

        /// Bytes that such buffers take.
        public static long measure(int maxTokens) {
            try (TensorArena shapes = TensorArena.measuring()) {
                new Buffers(maxTokens, shapes);
                return shapes.allocatedBytes();
            }
        }

        /// @param tokenIds ids of all sequences, one after the other
        /// @param nextIds for each token the id that should follow, or {@link LossKernels#IGNORED}
        /// @param sequenceLengths lengths of the sequences; they add up to `tokenIds.length`
        /// @throws IllegalArgumentException when lengths disagree or the batch is larger than the buffers
        public TokenBatch fill(int[] tokenIds, int[] nextIds, int... sequenceLengths) {
            int tokens = tokenIds.length;
            if (tokens > maxTokens) {
                throw new IllegalArgumentException("a batch of " + tokens + " tokens exceeds the planned " + maxTokens);
            }
            if (nextIds.length != tokens || Arrays.stream(sequenceLengths).sum() != tokens) {
                throw new IllegalArgumentException("batch of " + tokens + " ids, " + nextIds.length
                        + " labels and sequences " + Arrays.toString(sequenceLengths));
            }
            int labelled = 0;
            int[] rows = new int[tokens];
            int[] wanted = new int[tokens];
            for (int t = 0; t < tokens; t++) {
                if (nextIds[t] != LossKernels.IGNORED) {
                    rows[labelled] = t;
                    wanted[labelled++] = nextIds[t];
                }
            }
            arena.put(tokenIds, ids);
            arena.put(ascending(sequenceLengths, tokens), positions);
            arena.put(Arrays.copyOf(rows, labelled), labelRows);
            arena.put(Arrays.copyOf(wanted, labelled), labels);
            return new TokenBatch(
                    tokens,
                    ids.columns(0, tokens),
                    positions.columns(0, tokens),
                    Segments.packed(sequenceLengths),
                    labelled,
                    labelRows.columns(0, labelled),
                    labels.columns(0, labelled));
        }

        /// The tokens of a batch that lies in memory of the host.
        ///
        /// @throws IllegalArgumentException when it is larger than the buffers
        public TokenBatch fill(TokenBatch other) {
            if (other.tokens > maxTokens) {
                throw new IllegalArgumentException(
                        "a batch of " + other.tokens + " tokens exceeds the planned " + maxTokens);
            }
            return new TokenBatch(
                    other.tokens,
                    copied(other.ids, ids),
                    copied(other.positions, positions),
                    other.segments,
                    other.labelled,
                    copied(other.labelRows, labelRows),
                    copied(other.labels, labels));
        }

        private Matrix copied(Matrix row, Matrix buffer) {
            long bytes = row.elements() * DType.I32.bytes();
            arena.memory().copy(row.data().asSlice(0, bytes), buffer.data().asSlice(0, bytes));
            return buffer.columns(0, row.columns());
        }

        private static int[] ascending(int[] sequenceLengths, int tokens) {
            int[] positions = new int[tokens];
            int start = 0;
            for (int length : sequenceLengths) {
                for (int position = 0; position < length; position++) {
                    positions[start++] = position;
                }
            }
            return positions;
        }
    }
}
