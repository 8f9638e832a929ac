package dev.gantry.offload.ranks;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.DurableRename;
import dev.gantry.offload.ranks.ShardHeader.Item;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;

/// One rank's file of a checkpoint: a header, then the runs of elements it names, each at an aligned place.
///
/// Runs begin where tensors may be cut among ranks, and are checked in parts that do: so any number of ranks can read
/// exactly what each needs, and proves it.
final class ShardFile implements AutoCloseable {
    /// Elements under one checksum.
    static final int PART_ELEMENTS = ElementKernels.SQUARES_RUN;

    private static final long PART_BYTES = (long) PART_ELEMENTS * DType.F32.bytes();

    private final BlockFile file;
    private final ShardHeader header;
    private final TensorArena arena;
    private final MemorySegment staging;

    private ShardFile(BlockFile file, ShardHeader header, TensorArena arena) {
        this.file = file;
        this.header = header;
        this.arena = arena;
        this.staging = arena.allocateBytes(PART_BYTES, BlockFile.ALIGNMENT_BYTES);
    }

    /// How many checksums a run of elements has.
    static long parts(long elements) {
        return (elements + PART_ELEMENTS - 1) / PART_ELEMENTS;
    }

    /// Writes a rank's entries, forced to the disk; the file is there in full or not at all.
    static void write(Path path, long step, int rank, int ranks, List<ShardEntry> entries) throws IOException {
        Path temporary = DurableRename.temporary(path);
        try (BlockFile file = BlockFile.open(temporary, BlockFile.Use.WRITE);
                TensorArena arena = new TensorArena()) {
            MemorySegment staging = arena.allocateBytes(PART_BYTES, BlockFile.ALIGNMENT_BYTES);
            List<Item> items = new ArrayList<>();
            long offset = AlignedSpan.roundUp(new ShardHeader(step, rank, ranks, unchecked(entries)).toBytes().length);
            for (ShardEntry entry : entries) {
                List<Integer> checksums = writeParts(file, offset, entry.data(), staging);
                items.add(item(entry, offset, checksums));
                offset += AlignedSpan.roundUp(entry.data().byteSize());
            }
            byte[] header = new ShardHeader(step, rank, ranks, items).toBytes();
            MemorySegment block = arena.allocateBytes(AlignedSpan.roundUp(header.length), BlockFile.ALIGNMENT_BYTES);
            MemorySegment.copy(header, 0, block, ValueLayout.JAVA_BYTE, 0, header.length);
            file.write(0, block);
            file.force();
        }
        DurableRename.publish(temporary, path);
    }

    /// A header of the same length as the real one.
    private static List<Item> unchecked(List<ShardEntry> entries) {
        return entries.stream()
                .map(entry -> item(entry, 0, Collections.nCopies((int) parts(entry.count()), 0)))
                .toList();
    }

    private static Item item(ShardEntry entry, long offset, List<Integer> checksums) {
        return new Item(
                entry.tensor(), entry.kind(), entry.from(), entry.count(), entry.tensorElements(), offset, checksums);
    }

    private static List<Integer> writeParts(BlockFile file, long offset, MemorySegment data, MemorySegment staging) {
        List<Integer> checksums = new ArrayList<>();
        for (long at = 0; at < data.byteSize(); at += PART_BYTES) {
            MemorySegment part = data.asSlice(at, Math.min(PART_BYTES, data.byteSize() - at));
            MemorySegment block = staging.asSlice(0, AlignedSpan.roundUp(part.byteSize()));
            block.fill((byte) 0);
            block.copyFrom(part);
            checksums.add(checksum(part));
            file.write(offset + at, block);
        }
        return checksums;
    }

    /// @throws dev.gantry.engine.GantryException when the file is missing, cut off or damaged
    static ShardFile open(Path path) throws IOException {
        BlockFile file = BlockFile.open(path, BlockFile.Use.READ);
        TensorArena arena = new TensorArena();
        boolean complete = false;
        try {
            ShardFile opened = new ShardFile(file, header(file, arena), arena);
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                arena.close();
                file.close();
            }
        }
    }

    private static ShardHeader header(BlockFile file, TensorArena arena) {
        byte[] prefix = bytes(file, ShardHeader.PREFIX_BYTES, arena);
        int payload = ShardHeader.payloadBytes(file.path(), prefix);
        if (payload < 0 || payload > file.size()) {
            throw ShardFault.damaged(file.path(), "the list of what it holds ends too early");
        }
        return ShardHeader.read(file.path(), bytes(file, ShardHeader.PREFIX_BYTES + payload, arena));
    }

    private static byte[] bytes(BlockFile file, int count, TensorArena arena) {
        MemorySegment block = arena.allocateBytes(AlignedSpan.roundUp(count), BlockFile.ALIGNMENT_BYTES);
        file.read(0, block, count);
        return block.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
    }

    ShardHeader header() {
        return header;
    }

    /// Reads the elements of `item` that are also in `wanted` into it.
    ///
    /// @return how many there were
    /// @throws dev.gantry.engine.GantryException when they are not those written
    long readInto(Item item, ShardEntry wanted) {
        long start = Math.max(item.from(), wanted.from());
        long end = Math.min(item.from() + item.count(), wanted.from() + wanted.count());
        for (long at = start; at < end; ) {
            long part = (at - item.from()) / PART_ELEMENTS;
            long partStart = item.from() + part * PART_ELEMENTS;
            long partEnd = Math.min(partStart + PART_ELEMENTS, item.from() + item.count());
            MemorySegment values = part(item, (int) part, (partEnd - partStart) * DType.F32.bytes());
            long count = Math.min(partEnd, end) - at;
            MemorySegment.copy(
                    values,
                    (at - partStart) * DType.F32.bytes(),
                    wanted.data(),
                    (at - wanted.from()) * DType.F32.bytes(),
                    count * DType.F32.bytes());
            at += count;
        }
        return Math.max(0, end - start);
    }

    private MemorySegment part(Item item, int part, long bytes) {
        file.read(item.offset() + part * PART_BYTES, staging.asSlice(0, AlignedSpan.roundUp(bytes)), bytes);
        MemorySegment values = staging.asSlice(0, bytes);
        if (checksum(values) != item.checksums().get(part)) {
            throw ShardFault.damaged(
                    file.path(), item.tensor() + " (" + item.kind() + ") in it is not what was written");
        }
        return values;
    }

    private static int checksum(MemorySegment bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.asByteBuffer());
        return (int) checksum.getValue();
    }

    @Override
    public void close() {
        file.close();
        arena.close();
    }
}
