package dev.gantry.offload.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A disk that misbehaves on order, in the ways that disks do: everything it does deliver is right.
public final class FaultyFile implements BlockFile {
    /// Decides for each attempt; the attempts of a kind are counted from 0.
    public interface Fault {
        /// How many of `bytes` may move; throws for an error, 0 for the end of the file.
        long allow(Attempt attempt) throws IOException;
    }

    /// One attempt to move bytes.
    public record Attempt(boolean writing, int number, long offset, long bytes) {}

    private final BlockFile inner;
    private final Fault fault;
    private int reads;
    private int writes;

    public FaultyFile(BlockFile inner, Fault fault) {
        this.inner = inner;
        this.fault = fault;
    }

    /// Moves at most one block of 4096 bytes in each attempt.
    public static Fault shortTransfers() {
        return attempt -> Math.min(ALIGNMENT_BYTES, attempt.bytes());
    }

    /// Fails the reads from number `first` on with an error of the device.
    public static Fault failingReads(int first) {
        return attempt -> {
            if (!attempt.writing() && attempt.number() >= first) {
                throw new IOException("Input/output error");
            }
            return attempt.bytes();
        };
    }

    /// Pretends that the file ends at `bytes`.
    public static Fault cutOffAt(long bytes) {
        return attempt ->
                attempt.writing() ? attempt.bytes() : Math.clamp(bytes - attempt.offset(), 0, attempt.bytes());
    }

    /// Takes `bytes` bytes in all, then is full.
    public static Fault fullAfter(long bytes) {
        var room = new AtomicLong(bytes);
        return attempt -> {
            if (!attempt.writing()) {
                return attempt.bytes();
            }
            long before = room.getAndUpdate(left -> Math.max(0, left - attempt.bytes()));
            if (before < ALIGNMENT_BYTES) {
                throw new IOException("No space left on device");
            }
            return Math.min(before - before % ALIGNMENT_BYTES, attempt.bytes());
        };
    }

    /// Every attempt takes a while longer.
    public static Fault slow(long nanos) {
        return attempt -> {
            LockSupport.parkNanos(nanos);
            return attempt.bytes();
        };
    }

    @Override
    public int readSome(long offset, MemorySegment into) throws IOException {
        long allowed = fault.allow(new Attempt(false, nextRead(), offset, into.byteSize()));
        if (allowed <= 0) {
            return -1;
        }
        // the inner file moves whole blocks: what is not allowed comes but is not told, so it must not be there either
        MemorySegment portion = into.asSlice(0, AlignedSpan.roundUp(allowed));
        int count = inner.readSome(offset, portion);
        if (count > allowed) {
            portion.asSlice(allowed).fill((byte) 0xdd);
        }
        return (int) Math.min(allowed, count);
    }

    @Override
    public int writeSome(long offset, MemorySegment from) throws IOException {
        long allowed = fault.allow(new Attempt(true, nextWrite(), offset, from.byteSize()));
        return inner.writeSome(offset, from.asSlice(0, allowed));
    }

    private synchronized int nextRead() {
        return reads++;
    }

    private synchronized int nextWrite() {
        return writes++;
    }

    @Override
    public Path path() {
        return inner.path();
    }

    @Override
    public long size() {
        return inner.size();
    }

    @Override
    public Access access() {
        return inner.access();
    }

    @Override
    public void force() {
        inner.force();
    }

    @Override
    public void close() {
        inner.close();
    }
}
