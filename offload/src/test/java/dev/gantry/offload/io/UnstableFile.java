package dev.gantry.offload.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A file on a machine whose power fails: what was not forced is on the disk or not, piece by piece, as chance has
/// it.
public final class UnstableFile implements BlockFile {
    private static final int PIECE_BYTES = 64;

    private final byte[] now;
    private final byte[] durable;
    private final List<byte[][]> versions = new ArrayList<>();
    private long operationsLeft;

    /// @param content what is on the disk at first
    /// @param operations how many writes and forces happen before the power fails
    public UnstableFile(byte[] content, long operations) {
        now = content.clone();
        durable = content.clone();
        operationsLeft = operations;
        for (int piece = 0; piece < content.length / PIECE_BYTES; piece++) {
            versions.add(new byte[0][]);
        }
    }

    /// What the disk may hold after the failure.
    public synchronized byte[] afterPowerFailure(Random random) {
        byte[] disk = durable.clone();
        for (int piece = 0; piece < versions.size(); piece++) {
            byte[][] candidates = versions.get(piece);
            int chosen = random.nextInt(candidates.length + 1);
            if (chosen > 0) {
                System.arraycopy(candidates[chosen - 1], 0, disk, piece * PIECE_BYTES, PIECE_BYTES);
            }
        }
        return disk;
    }

    public synchronized boolean powerFailed() {
        return operationsLeft < 0;
    }

    /// How many writes and forces may still come.
    public synchronized long operationsLeft() {
        return operationsLeft;
    }

    @Override
    public synchronized int readSome(long offset, MemorySegment into) throws IOException {
        requirePower();
        int count = (int) Math.min(into.byteSize(), now.length - offset);
        MemorySegment.copy(now, (int) offset, into, ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }

    @Override
    public synchronized int writeSome(long offset, MemorySegment from) throws IOException {
        requirePower();
        operationsLeft--;
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 0, now, (int) offset, (int) from.byteSize());
        for (int at = (int) offset; at < offset + from.byteSize(); at += PIECE_BYTES) {
            byte[][] before = versions.get(at / PIECE_BYTES);
            byte[][] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = Arrays.copyOfRange(now, at, at + PIECE_BYTES);
            versions.set(at / PIECE_BYTES, after);
        }
        requirePower();
        return (int) from.byteSize();
    }

    @Override
    public synchronized void force() {
        try {
            requirePower();
            operationsLeft--;
            requirePower();
        } catch (IOException e) {
            throw IoFault.force(this, e);
        }
        System.arraycopy(now, 0, durable, 0, now.length);
        versions.replaceAll(kept -> new byte[0][]);
    }

    /// The write during which the power fails is on the disk in part, like all before it that were not forced.
    private void requirePower() throws IOException {
        if (powerFailed()) {
            throw new IOException("no power");
        }
    }

    @Override
    public Path path() {
        return Path.of("unstable");
    }

    @Override
    public long size() {
        return now.length;
    }

    @Override
    public Access access() {
        return Access.DIRECT;
    }

    @Override
    public void close() {}
}
