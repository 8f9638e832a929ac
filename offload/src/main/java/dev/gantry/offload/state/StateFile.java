package dev.gantry.offload.state;

import dev.gantry.engine.GantryException;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.BlockFile.Use;
import dev.gantry.offload.io.DiskSpace;
import dev.gantry.offload.io.DurableRename;
import dev.gantry.offload.io.FileIdentity;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Optimizer states on disk, with room for two generations: one that a checkpoint keeps and one that steps write to.
///
/// A step reads every record from where the current values are and writes it to the other side than the kept
/// generation: the first step after a checkpoint moves the values over, later ones update them in place. Nothing is
/// moved for a checkpoint: what lies on the working side is forced to the disk, then a header declares it a generation.
/// The generation before stays until the next step begins, so that whoever publishes a checkpoint folder has both to go
/// back to. Whenever the process or the machine stops, the header names only generations that are whole.
///
/// Not thread safe; {@link RecordPipeline} moves the bytes.
public final class StateFile implements AutoCloseable {
    private final BlockFile file;
    private final StateLayout layout;
    private final @Nullable FileIdentity identity;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment block = arena.allocate(StateLayout.HEADER_BYTES, BlockFile.ALIGNMENT_BYTES);
    private final BitSet written = new BitSet();

    private StateHeader header;
    private Phase phase = Phase.EMPTY;
    /// The side that steps write to: never the one of the kept generation.
    private int work;
    /// The side of the current values.
    private int current;
    private long step = StateHeader.NONE;
    private long nextStep = StateHeader.NONE;

    /// What may be done with the file.
    private enum Phase {
        /// No values yet, or none chosen: a first step may write all records, or a generation is chosen.
        EMPTY,
        /// The current values are whole, after {@link #step()}.
        WHOLE,
        /// A step is under way; the current values may be half old and half new.
        STEPPING
    }

    private StateFile(BlockFile file, StateHeader header, @Nullable FileIdentity identity) {
        this.file = file;
        this.layout = header.layout();
        this.header = header;
        this.identity = identity;
    }

    /// Makes a file with all its room set aside, without any generation; replaces one that was there.
    ///
    /// @throws GantryException `DISK-FULL` when the disk has no room for it
    public static StateFile create(Path path, StateLayout layout) throws IOException {
        Path temporary = DurableRename.temporary(path);
        Files.deleteIfExists(temporary);
        try {
            DiskSpace.reserve(temporary, layout.fileBytes());
            try (BlockFile file = BlockFile.open(temporary, Use.WRITE)) {
                format(file, layout);
            }
            DurableRename.publish(temporary, path);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return open(path, layout);
    }

    /// Opens a file that holds what `layout` says.
    ///
    /// @throws GantryException `STATE-FILE-OTHER` or `STATE-FILE-DAMAGED` when it does not
    public static StateFile open(Path path, StateLayout layout) throws IOException {
        FileIdentity identity = FileIdentity.of(path);
        BlockFile file = BlockFile.open(path, Use.WRITE);
        try {
            return new StateFile(file, readHeader(file, layout), identity);
        } catch (GantryException e) {
            file.close();
            throw e;
        }
    }

    /// Writes the headers of an empty file.
    static void format(BlockFile file, StateLayout layout) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(StateLayout.HEADER_BYTES, BlockFile.ALIGNMENT_BYTES);
            StateHeader empty = StateHeader.empty(layout);
            empty.writeTo(block);
            file.write(layout.headerOffset(empty.copy()), block);
            file.force();
        }
    }

    /// Opens states in a file that is none of the system's, which cannot be replaced by another one.
    public static StateFile over(BlockFile file, StateLayout layout) {
        return new StateFile(file, readHeader(file, layout), null);
    }

    private static StateHeader readHeader(BlockFile file, StateLayout layout) {
        if (file.size() < StateLayout.SIDES * StateLayout.HEADER_BYTES) {
            throw StateFault.unreadable(file.path());
        }
        StateHeader header = null;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(StateLayout.HEADER_BYTES, BlockFile.ALIGNMENT_BYTES);
            for (int copy = 0; copy < 2; copy++) {
                file.read(layout.headerOffset(copy), block);
                StateHeader found = StateHeader.read(block).orElse(null);
                if (found != null && (header == null || found.sequence() > header.sequence())) {
                    header = found;
                }
            }
        }
        if (header == null) {
            throw StateFault.unreadable(file.path());
        }
        if (!header.layout().equals(layout)) {
            throw StateFault.otherLayout(file.path(), layout, header.layout());
        }
        if (file.size() < layout.fileBytes()) {
            throw StateFault.wrongSize(file.path(), file.size(), layout.fileBytes());
        }
        return header;
    }

    /// The steps of the generations that can be resumed from, oldest first.
    public List<Long> generations() {
        return IntStream.range(0, StateLayout.SIDES)
                .mapToLong(header::step)
                .filter(found -> found != StateHeader.NONE)
                .sorted()
                .boxed()
                .toList();
    }

    /// Goes on from a generation: drops what later steps left, and reads the tag of each of its records.
    ///
    /// @throws GantryException `STATE-GENERATION-MISSING` when there is none of this step
    public void resumeFrom(long wanted) {
        int side = header.sideOf(wanted).orElseThrow(() -> StateFault.noGeneration(file.path(), wanted, generations()));
        for (int record = 0; record < layout.records(); record++) {
            requireTag(side, new RecordTag(record, wanted));
        }
        current = side;
        work = 1 - side;
        step = wanted;
        phase = Phase.WHOLE;
    }

    private void requireTag(int side, RecordTag expected) {
        long tagBlock = layout.tagOffset() / BlockFile.ALIGNMENT_BYTES * BlockFile.ALIGNMENT_BYTES;
        file.read(layout.recordOffset(side, expected.record()) + tagBlock, block);
        if (!expected.isIn(block, layout.tagOffset() - tagBlock)) {
            throw StateFault.wrongRecord(file.path(), expected);
        }
    }

    /// Makes the current values a generation that survives whatever follows; the one before it stays until the next
    /// step.
    ///
    /// @throws GantryException when the disk does not take it; the generation before it is as it was
    public void checkpoint() {
        require(Phase.WHOLE);
        if (header.step(current) == step) {
            return;
        }
        if (identity != null) {
            identity.checkPlace();
        }
        file.force();
        publish(header.with(work, step));
        work = 1 - work;
    }

    /// Begins a step: from now on the values are written to the working side.
    void begin(long newStep, boolean fromCurrent) {
        require(fromCurrent ? Phase.WHOLE : Phase.EMPTY);
        if (!fromCurrent && !generations().isEmpty()) {
            throw new IllegalStateException("there are states already, of steps " + generations());
        }
        if (newStep <= step) {
            throw new IllegalStateException("step " + newStep + " after step " + step);
        }
        if (header.step(work) != StateHeader.NONE) {
            publish(header.with(work, StateHeader.NONE));
        }
        nextStep = newStep;
        written.clear();
        phase = Phase.STEPPING;
    }

    /// Notes that a record of the running step has been written.
    void wrote(int record) {
        require(Phase.STEPPING);
        written.set(record);
    }

    /// Ends the step: what was written is now current.
    void end() {
        require(Phase.STEPPING);
        if (written.cardinality() != layout.records()) {
            throw new IllegalStateException(
                    written.cardinality() + " of " + layout.records() + " records were written");
        }
        current = work;
        step = nextStep;
        phase = Phase.WHOLE;
    }

    private void publish(StateHeader next) {
        next.writeTo(block);
        file.write(layout.headerOffset(next.copy()), block);
        file.force();
        header = next;
    }

    private void require(Phase wanted) {
        if (phase != wanted) {
            throw new IllegalStateException("the states are " + phase + ", not " + wanted);
        }
    }

    /// Reading is possible only between steps.
    void requireWhole() {
        require(Phase.WHOLE);
    }

    BlockFile file() {
        return file;
    }

    public StateLayout layout() {
        return layout;
    }

    /// After which step the current values are.
    public long step() {
        return step;
    }

    RecordTag currentTag(int record) {
        return new RecordTag(record, step);
    }

    RecordTag nextTag(int record) {
        return new RecordTag(record, nextStep);
    }

    long readOffset(int record) {
        return layout.recordOffset(current, record);
    }

    long writeOffset(int record) {
        return layout.recordOffset(work, record);
    }

    @Override
    public void close() {
        file.close();
        arena.close();
    }
}
