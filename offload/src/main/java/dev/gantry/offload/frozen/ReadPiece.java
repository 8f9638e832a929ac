package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.io.BlockFile;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// One request to a file and what its bytes are for.
///
/// @param span what is read
/// @param runs elements in it, by their places in the memory it was read into
record ReadPiece(BlockFile file, AlignedSpan span, List<ElementRun> runs) {
    ReadPiece {
        runs = List.copyOf(runs);
    }

    /// Bytes of it that are wanted.
    long payloadBytes() {
        return runs.stream().mapToLong(ElementRun::fromBytes).sum();
    }

    /// Whether the file holds exactly what the target needs, and in memory of the host, so that the disk may write it
    /// there itself.
    private boolean fitsAsItLies(MemorySegment target) {
        return fitsAsItLies() && target.isAccessibleBy(Thread.currentThread());
    }

    /// Whether the file holds exactly what the target needs.
    boolean fitsAsItLies() {
        if (runs.size() != 1 || span.lead() != 0 || span.bytes() != span.wantedBytes()) {
            return false;
        }
        ElementRun run = runs.getFirst();
        return run.from() == run.to() && run.toOffset() % BlockFile.ALIGNMENT_BYTES == 0;
    }

    /// Where the bytes are to be read: in the target itself or in memory they are copied from.
    MemorySegment destination(MemorySegment target, MemorySegment staging) {
        return fitsAsItLies(target)
                ? target.asSlice(runs.getFirst().toOffset(), span.bytes())
                : staging.asSlice(0, span.bytes());
    }

    /// Brings what was read to its place, unless it was read there.
    void deliver(MemorySegment staging, MemorySegment target, ElementKernels kernels) {
        if (!fitsAsItLies(target)) {
            runs.forEach(run -> run.copy(staging, target, kernels));
        }
    }
}
