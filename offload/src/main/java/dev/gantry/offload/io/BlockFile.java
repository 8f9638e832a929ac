package dev.gantry.offload.io;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// A file read and written in large blocks at given places, by several threads at once.
///
/// Places, lengths and addresses are multiples of {@link #ALIGNMENT_BYTES} in every implementation, so that code which
/// works on one file system works on all of them. An interrupt of the calling thread closes the file, as with every
/// channel of Java: threads that may be interrupted move bytes through an {@link IoQueue}.
public interface BlockFile extends AutoCloseable {
    /// What direct I/O asks of places, lengths and addresses on all disks with sectors of up to this size.
    long ALIGNMENT_BYTES = 4096;

    /// How the bytes move.
    enum Access {
        /// Between the disk and the caller's memory.
        DIRECT("direct"),
        /// Through the page cache: it takes memory beside the budget, and may give back what the disk has not stored.
        PAGE_CACHE("page cache");

        private final String words;

        Access(String words) {
            this.words = words;
        }

        /// As a report says it.
        public String words() {
            return words;
        }
    }

    /// What the file is opened for.
    enum Use {
        READ,
        /// Reading and writing; the file is made when it is missing.
        WRITE,
        /// Reading and writing a new file that vanishes when it is closed or the process ends in any way.
        SCRATCH
    }

    /// Opens with direct I/O, or through the page cache where the file system refuses it.
    static BlockFile open(Path path, Use use) throws IOException {
        try {
            return DirectFile.open(path, use);
        } catch (UnsupportedOperationException | IOException refusal) {
            // a missing file or a denied one fails again here, and with the better message
            BlockFile buffered = BufferedFile.open(path, use);
            Logger log = System.getLogger(BlockFile.class.getName());
            log.log(Level.INFO, "no direct I/O for {0} ({1}): it goes through the page cache", path, refusal);
            return buffered;
        }
    }

    Path path();

    /// The present size in bytes.
    long size();

    Access access();

    /// One attempt: the number of bytes read, which may be fewer than asked for, or -1 at the end of the file.
    int readSome(long offset, MemorySegment into) throws IOException;

    /// One attempt: the number of bytes written, which may be fewer than given.
    int writeSome(long offset, MemorySegment from) throws IOException;

    /// Forces what was written to the disk itself.
    ///
    /// @throws GantryException when the disk reports an error
    void force();

    /// Closes the file; whoever still uses it gets an error.
    @Override
    void close();

    /// Fills all of `into` from `offset` on.
    ///
    /// @throws GantryException when the disk reports an error or the file ends too early
    default void read(long offset, MemorySegment into) {
        read(offset, into, into.byteSize());
    }

    /// Fills at least the first `needed` bytes of `into`: the rest may lie behind the end of the file.
    ///
    /// @throws GantryException when the disk reports an error or the file ends too early
    default void read(long offset, MemorySegment into, long needed) {
        WholeTransfer.read(this, offset, into, needed);
    }

    /// Writes all of `from` at `offset`.
    ///
    /// @throws GantryException when the disk is full or reports an error
    default void write(long offset, MemorySegment from) {
        WholeTransfer.write(this, offset, from);
    }
}
