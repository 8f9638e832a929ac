package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.FileIdentity;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Chunks of a re-laid copy: each is one aligned run of bytes. One that lies there ready to compute with is read
/// straight into its slot; others are converted on the way.
///
/// @param files holds the copy alone
/// @param pieceBytes largest request
record RelaidChunks(CheckpointFiles files, RelaidHeader header, int pieceBytes) implements ChunkSource {

    @Override
    public ChunkHome.OnDisk home(Chunk chunk, ChunkLayout layout) {
        BlockFile file = files.file(identities().getFirst().path());
        RelaidHeader.Block block = header.blocks().get(chunk.ordinal());
        List<ElementRun> runs =
                chunk.wire().equals(layout) ? null : chunk.wire().runsTo(layout);
        List<ReadPiece> pieces = new ArrayList<>();
        for (long at = 0; at < block.bytes(); at += pieceBytes) {
            long bytes = Math.min(pieceBytes, block.bytes() - at);
            AlignedSpan span = AlignedSpan.around(block.offset() + at, bytes);
            pieces.add(new ReadPiece(file, span, runs == null ? raw(at, bytes) : within(runs, at, at + bytes)));
        }
        return new ChunkHome.OnDisk(pieces, new ChunkChecksum(file.path(), chunk.ordinal(), block.checksum()));
    }

    @Override
    public ChunkHome.OnDisk bring(Chunk chunk, ChunkLayout layout, MemorySegment target, ElementKernels kernels) {
        return home(chunk, layout);
    }

    @Override
    public List<FileIdentity> identities() {
        return files.identities();
    }

    private static List<ElementRun> raw(long at, long bytes) {
        return List.of(new ElementRun(Math.toIntExact(bytes), DType.U8, 0, DType.U8, at));
    }

    /// The part of each run that comes from bytes `[start, end)` of the block; both are element borders, being aligned.
    private static List<ElementRun> within(List<ElementRun> runs, long start, long end) {
        List<ElementRun> parts = new ArrayList<>();
        for (ElementRun run : runs) {
            long first = Math.max(run.fromOffset(), start);
            long last = Math.min(run.fromOffset() + run.fromBytes(), end);
            if (first < last) {
                int skipped =
                        Math.toIntExact((first - run.fromOffset()) / run.from().bytes());
                int elements = Math.toIntExact((last - first) / run.from().bytes());
                long to = run.toOffset() + (long) skipped * run.to().bytes();
                parts.add(new ElementRun(elements, run.from(), first - start, run.to(), to));
            }
        }
        return parts;
    }
}
