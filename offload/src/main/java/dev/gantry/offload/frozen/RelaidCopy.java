package dev.gantry.offload.frozen;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.DiskSpace;
import dev.gantry.offload.io.DurableRename;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A copy of a model's chunks as they travel: aligned for direct I/O, narrowed to the compute type where that is
/// narrower, the same bits as a conversion at each reading would give. Made once for a model and kept.
///
/// @param fingerprint what it is made from and how it is laid out
/// @param chunks all of the model
record RelaidCopy(Path folder, String fingerprint, List<Chunk> chunks) {
    private static final int NAME_DIGITS = 16;
    private static final Pattern TEMPORARY = Pattern.compile("\\.tmp-(\\d{1,18})-[0-9a-f]+\\.blocks");

    RelaidCopy {
        chunks = List.copyOf(chunks);
    }

    Path path() {
        return folder.resolve(fingerprint.substring(0, NAME_DIGITS) + ".blocks");
    }

    /// The copy that is there.
    ///
    /// @return empty when there is none, or what has its name is something else or not whole
    Optional<RelaidHeader> existing() {
        long bytes = RelaidHeader.bytes(chunks.size());
        if (!Files.isRegularFile(path())) {
            return Optional.empty();
        }
        try (BlockFile file = BlockFile.open(path(), BlockFile.Use.READ);
                Arena arena = Arena.ofConfined()) {
            if (file.size() < bytes) {
                return Optional.empty();
            }
            MemorySegment memory = arena.allocate(bytes, BlockFile.ALIGNMENT_BYTES);
            file.read(0, memory);
            return RelaidHeader.read(memory, fingerprint, chunks.size())
                    .filter(header -> header.fileBytes() == file.size());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Makes the copy chunk by chunk and gives it its name when it is whole and on the disk.
    ///
    /// @param bench memory for the largest chunk
    /// @throws GantryException when the model cannot be read or the disk is full
    RelaidHeader make(
            ChunkSource source, ChunkCopier copier, ElementKernels kernels, MemorySegment bench, Progress progress) {
        Path temporary = folder.resolve(".tmp-" + ProcessHandle.current().pid() + "-" + path().getFileName());
        try {
            Files.createDirectories(folder);
            deleteAbandoned();
            RelaidHeader header;
            try {
                DiskSpace.reserve(temporary, fileBytes());
                try (BlockFile file = BlockFile.open(temporary, BlockFile.Use.WRITE);
                        ProgressTask task = progress.start("copying the weights", fileBytes(), ProgressUnit.BYTES)) {
                    header = write(file, source, copier, kernels, bench, progress, task);
                    file.force();
                }
                DurableRename.publish(temporary, path());
            } finally {
                Files.deleteIfExists(temporary);
            }
            return header;
        } catch (IOException e) {
            throw GantryException.environment(
                            "RELAID-UNWRITABLE",
                            "cannot copy the weights to " + folder,
                            e.toString(),
                            "Choose another disk folder.")
                    .causedBy(e);
        }
    }

    /// What processes left that were killed while they made a copy.
    private void deleteAbandoned() throws IOException {
        List<Path> left;
        try (Stream<Path> inside = Files.list(folder)) {
            left = inside.filter(RelaidCopy::isAbandoned).toList();
        }
        for (Path file : left) {
            Files.deleteIfExists(file);
        }
    }

    private static boolean isAbandoned(Path file) {
        Matcher name = TEMPORARY.matcher(String.valueOf(file.getFileName()));
        return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }

    private long fileBytes() {
        return RelaidHeader.bytes(chunks.size())
                + chunks.stream().mapToLong(chunk -> chunk.wire().bytes()).sum();
    }

    private RelaidHeader write(
            BlockFile file,
            ChunkSource source,
            ChunkCopier copier,
            ElementKernels kernels,
            MemorySegment bench,
            Progress progress,
            ProgressTask task) {
        List<RelaidHeader.Block> blocks = new ArrayList<>();
        long offset = RelaidHeader.bytes(chunks.size());
        for (Chunk chunk : chunks) {
            ChunkLayout layout = chunk.wire();
            MemorySegment target = bench.asSlice(0, layout.bytes());
            target.fill((byte) 0);
            ChunkHome.OnDisk rest = source.bring(chunk, layout, target, kernels);
            copier.run(new CopyJob.AllOf(List.of(new CopyJob(chunk.ordinal(), rest, target)), progress, bytes -> {}));
            file.write(offset, target);
            blocks.add(new RelaidHeader.Block(offset, layout.bytes(), ChunkChecksum.of(target)));
            offset += layout.bytes();
            task.update(offset);
        }
        RelaidHeader header = new RelaidHeader(fingerprint, blocks);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(RelaidHeader.bytes(chunks.size()), BlockFile.ALIGNMENT_BYTES);
            header.writeTo(memory);
            file.write(0, memory);
        }
        return header;
    }
}
