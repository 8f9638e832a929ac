package dev.gantry.offload.frozen;

import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.io.BlockFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Adjacent elements in a file and where they go.
///
/// @param offset of the first byte in the file
/// @param toOffset of the first byte in the target
record StoredRun(BlockFile file, long offset, long elements, DType from, DType to, long toOffset) {
    /// Bytes that are read along to save a request.
    private static final long WORTHWHILE_GAP_BYTES = 64 << 10;

    private long end() {
        return offset + elements * from.bytes();
    }

    /// Cuts runs into requests of at most `pieceBytes` aligned bytes, in the order of the files.
    static List<ReadPiece> pieces(List<StoredRun> runs, long pieceBytes) {
        if (pieceBytes < 2 * BlockFile.ALIGNMENT_BYTES || pieceBytes % BlockFile.ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException("requests of " + pieceBytes + " bytes");
        }
        List<ReadPiece> pieces = new ArrayList<>();
        Comparator<StoredRun> byFile = Comparator.comparing(run -> run.file().path());
        List<StoredRun> sorted = runs.stream()
                .sorted(byFile.thenComparingLong(StoredRun::offset))
                .toList();
        Cutting cutting = null;
        for (StoredRun run : sorted) {
            long done = 0;
            while (done < run.elements) {
                if (cutting == null || !cutting.continuesWith(run, done)) {
                    if (cutting != null) {
                        pieces.add(cutting.piece());
                    }
                    cutting = new Cutting(run.file, run.offset + done * run.from.bytes(), pieceBytes);
                }
                done += cutting.take(run, done);
            }
        }
        if (cutting != null) {
            pieces.add(cutting.piece());
        }
        return pieces;
    }

    /// A request that grows as long as it may.
    private static final class Cutting {
        private final BlockFile file;
        private final long start;
        private final long limit;
        private final List<ElementRun> runs = new ArrayList<>();
        private long end;

        Cutting(BlockFile file, long start, long pieceBytes) {
            this.file = file;
            this.start = start;
            this.limit = aligned(start) + pieceBytes;
            this.end = start;
        }

        private static long aligned(long offset) {
            return offset - offset % BlockFile.ALIGNMENT_BYTES;
        }

        /// Whether at least one element of the run from `done` on belongs to this request.
        boolean continuesWith(StoredRun run, long done) {
            long next = run.offset + done * run.from.bytes();
            return run.file.equals(file)
                    && next >= end
                    && next - end <= WORTHWHILE_GAP_BYTES
                    && next + run.from.bytes() <= limit;
        }

        /// Takes as many elements from `done` on as fit, and says how many.
        long take(StoredRun run, long done) {
            long at = run.offset + done * run.from.bytes();
            long elements = Math.min(run.end(), limit) - at;
            int count = Math.toIntExact(elements / run.from.bytes());
            long to = run.toOffset + done * run.to.bytes();
            runs.add(new ElementRun(count, run.from, at - aligned(start), run.to, to));
            end = at + (long) count * run.from.bytes();
            return count;
        }

        ReadPiece piece() {
            return new ReadPiece(file, AlignedSpan.around(start, end - start), runs);
        }
    }
}
