package dev.gantry.app.machine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/// Measures how fast the disk under a folder takes and gives large blocks; its one file is removed again.
public final class DiskRate {
    private static final System.Logger LOG = System.getLogger(DiskRate.class.getName());
    private static final int BLOCK_BYTES = 8 << 20;
    private static final long MAX_BYTES = 512L << 20;
    private static final long BUDGET_NANOS = 400_000_000L;

    /// @param readKind `direct` when the page cache was passed by, else `page cache`
    public record Result(long writeBytesPerSecond, long readBytesPerSecond, String readKind) {}

    /// Writes, syncs and reads back at most 512 MiB, or what about 0.4 seconds each allow.
    public Result measure(Path folder) throws IOException {
        Path file = Files.createTempFile(MachineProbe.nearestExisting(folder), "gantry-doctor", ".tmp");
        try (var arena = Arena.ofConfined()) {
            var block = arena.allocate(BLOCK_BYTES, 4096).asByteBuffer();
            // noise, because some disks compress
            new Random(1).ints(BLOCK_BYTES / 4).forEach(block::putInt);
            long writeBytesPerSecond = write(file, block);
            return readBack(file, block, writeBytesPerSecond);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Result readBack(Path file, ByteBuffer block, long writeBytesPerSecond) throws IOException {
        var direct = directOption();
        if (direct.isPresent()) {
            try (var channel = FileChannel.open(file, StandardOpenOption.READ, direct.get())) {
                return new Result(writeBytesPerSecond, read(channel, block), "direct");
            } catch (UnsupportedOperationException | IOException e) {
                LOG.log(Level.DEBUG, "no direct I/O on the disk of " + file + ", as on tmpfs", e);
            }
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new Result(writeBytesPerSecond, read(channel, block), "page cache");
        }
    }

    /// The JDK's option for direct I/O, by name: the compiler warns of any direct use of its class.
    private static Optional<OpenOption> directOption() {
        try {
            Object[] options =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            return Arrays.stream(options)
                    .filter(option -> option.toString().equals("DIRECT"))
                    .map(OpenOption.class::cast)
                    .findAny();
        } catch (ClassNotFoundException e) {
            LOG.log(Level.DEBUG, "this JDK has no option for direct I/O", e);
            return Optional.empty();
        }
    }

    private static long write(Path file, ByteBuffer block) throws IOException {
        long start = System.nanoTime();
        long bytes = 0;
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (bytes < MAX_BYTES && System.nanoTime() - start < BUDGET_NANOS) {
                block.clear();
                while (block.hasRemaining()) {
                    bytes += channel.write(block);
                }
                // counted with the sync, so that the page cache does not flatter the disk
                channel.force(false);
            }
        }
        return perSecond(bytes, start);
    }

    private static long read(FileChannel channel, ByteBuffer block) throws IOException {
        long start = System.nanoTime();
        long bytes = 0;
        long position = 0;
        while (bytes < MAX_BYTES && System.nanoTime() - start < BUDGET_NANOS) {
            block.clear();
            int count = channel.read(block, position);
            position = count < BLOCK_BYTES ? 0 : position + count;
            bytes += Math.max(0, count);
        }
        return perSecond(bytes, start);
    }

    private static long perSecond(long bytes, long startNanos) {
        return (long) (bytes / ((System.nanoTime() - startNanos) / 1e9));
    }
}
