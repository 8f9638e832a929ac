package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.RotaryKernels;
import dev.gantry.engine.backend.RotaryKernels.Direction;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.decoder.PositionSpec.Rotary;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.stream.IntStream;

/// Turns queries and keys by their positions.
///
/// Under dynamic scaling a sequence turns by the frequencies of its own length, so that what it computes does not
/// depend on the others in its batch; keys lie unturned in the cache, because every further token turns all of them
/// anew (YaRN, Peng et al. 2023, section 3.3).
final class RotaryPass {
    private final RotaryKernels kernels;
    private final RotaryTables tables;
    private final Matrix ascending; // I32 (1, positions): 0, 1, 2, ...; empty when no sequence is turned as a whole

    RotaryPass(RotaryKernels kernels, Rotary rotary, int maxPositions, TensorArena arena) {
        this.kernels = kernels;
        this.tables = new RotaryTables(rotary, maxPositions, arena);
        this.ascending = arena.matrix(DType.I32, 1, tables.dependOnLength() ? maxPositions : 0);
        if (arena.holdsMemory()) {
            arena.put(IntStream.range(0, ascending.columns()).toArray(), ascending);
        }
    }

    /// Whether keys must wait in the cache as they left the projection.
    boolean turnsCachedKeys() {
        return tables.dependOnLength();
    }

    /// Turns heads of the new tokens of all sequences in place.
    ///
    /// @param positions I32 `(1, tokens)`
    void rotate(Heads x, Matrix positions, Segments segments, Direction direction) {
        if (!tables.dependOnLength()) {
            kernels.rotate(x, positions, tables.cosines(), tables.sines(), direction);
            return;
        }
        for (int s = 0; s < segments.count(); s++) {
            int from = segments.queryStart()[s];
            int count = segments.queryLength()[s];
            tables.cover(segments.keyLength()[s]);
            Matrix places = positions.columns(from, count);
            kernels.rotate(x.rows(from, count), places, tables.cosines(), tables.sines(), direction);
        }
    }

    /// Turns a whole sequence in place, from its first token on.
    void rotateFromStart(Heads sequence) {
        int length = sequence.matrix().rows();
        tables.cover(length);
        Matrix places = ascending.columns(0, length);
        kernels.rotate(sequence, places, tables.cosines(), tables.sines(), Direction.FORWARD);
    }
}
