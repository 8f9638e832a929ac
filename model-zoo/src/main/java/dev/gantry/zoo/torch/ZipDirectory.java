package dev.gantry.zoo.torch;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.checkpoint.BadFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The directory of a mapped zip file: which the JDK's reader keeps to itself, as it does the place of an entry's
/// bytes.
final class ZipDirectory {
    private static final ValueLayout.OfShort U2 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U4 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U8 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR_BYTES = 20;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int MAX_COMMENT_BYTES = 0xffff;
    private static final int MAX_ENTRIES = 1_000_000;
    private static final long NOT_HERE = 0xffff_ffffL;

    private final Path file;
    private final MemorySegment bytes;
    private final SequencedMap<String, ZipEntryBytes> entries = new LinkedHashMap<>();

    private ZipDirectory(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    static SequencedMap<String, ZipEntryBytes> read(Path file, MemorySegment bytes) {
        ZipDirectory directory = new ZipDirectory(file, bytes);
        directory.read();
        return directory.entries;
    }

    private void read() {
        long end = end();
        long count = u2(end + 10);
        long offset = u4(end + 16);
        if (count == 0xffff || offset == NOT_HERE) {
            long end64 = end64(end);
            count = u8(end64 + 32);
            offset = u8(end64 + 48);
        }
        if (count < 0 || count > MAX_ENTRIES) {
            throw damaged("its directory claims " + Long.toUnsignedString(count) + " entries");
        }
        for (long i = 0; i < count; i++) {
            offset = entry(offset);
        }
    }

    /// The end record stands at the end, but for a comment.
    private long end() {
        long last = bytes.byteSize() - END_BYTES;
        for (long at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
            if (u4(at) == END && at + END_BYTES + u2(at + 20) == bytes.byteSize()) {
                return at;
            }
        }
        throw damaged("it has no directory at its end: it is truncated");
    }

    private long end64(long end) {
        long locator = end - LOCATOR_BYTES;
        if (locator < 0 || u4(locator) != LOCATOR_64) {
            throw damaged("its directory lacks the part for large files");
        }
        long end64 = u8(locator + 8);
        if (u4(end64) != END_64) {
            throw damaged("its directory lacks the part for large files");
        }
        return end64;
    }

    private long entry(long at) {
        if (u4(at) != CENTRAL) {
            throw damaged("its directory is broken at byte " + at);
        }
        int nameBytes = u2(at + 28);
        int extraBytes = u2(at + 30);
        String name =
                new String(slice(at + CENTRAL_BYTES, nameBytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        long[] sizes = {u4(at + 24), u4(at + 20), u4(at + 42)};
        wide(at + CENTRAL_BYTES + nameBytes, extraBytes, sizes);
        if ((u2(at + 8) & 1) != 0) {
            throw damaged("its entry " + BadFile.shown(name) + " is encrypted");
        }
        ZipEntryBytes entry = located(name, u2(at + 10), sizes);
        if (entries.put(name, entry) != null) {
            throw damaged("its entry " + BadFile.shown(name) + " is there twice");
        }
        return at + CENTRAL_BYTES + nameBytes + extraBytes + u2(at + 32);
    }

    /// Takes the 64-bit values of those that do not fit 32 bits: plain size, stored size, offset.
    private void wide(long at, int extraBytes, long[] sizes) {
        long end = at + extraBytes;
        while (at + 4 <= end) {
            long next = at + 4 + u2(at + 2);
            if (u2(at) == 1) {
                long value = at + 4;
                for (int i = 0; i < sizes.length; i++) {
                    if (sizes[i] == NOT_HERE) {
                        sizes[i] = u8(value);
                        value += 8;
                    }
                }
            }
            at = next;
        }
    }

    private ZipEntryBytes located(String name, int method, long[] sizes) {
        long local = sizes[2];
        if (u4(local) != LOCAL || sizes[0] < 0) {
            throw damaged("its entry " + BadFile.shown(name) + " is not where the directory says");
        }
        long from = local + LOCAL_BYTES + u2(local + 26) + u2(local + 28);
        return new ZipEntryBytes(file, name, method, sizes[0], slice(from, sizes[1]));
    }

    private MemorySegment slice(long from, long count) {
        require(from, count);
        return bytes.asSlice(from, count);
    }

    private int u2(long at) {
        require(at, 2);
        return bytes.get(U2, at) & 0xffff;
    }

    private long u4(long at) {
        require(at, 4);
        return Integer.toUnsignedLong(bytes.get(U4, at));
    }

    private long u8(long at) {
        require(at, 8);
        return bytes.get(U8, at);
    }

    private void require(long at, long count) {
        if (at < 0 || count < 0 || at > bytes.byteSize() - count) {
            throw damaged("its directory points outside the file: it is truncated");
        }
    }

    private GantryException damaged(String why) {
        return BadFile.damaged(file, why);
    }
}
