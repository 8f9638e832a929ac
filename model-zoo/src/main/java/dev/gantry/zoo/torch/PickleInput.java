package dev.gantry.zoo.torch;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.checkpoint.BadFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The bytes of a pickle; every length is checked against what is left before anything is allocated.
final class PickleInput {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble BIG_DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /// The longest name of a tensor or a Python class that makes sense.
    private static final int MAX_TEXT_BYTES = 1 << 16;

    private final Path file;
    private final MemorySegment bytes;
    private long position;

    PickleInput(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    Path file() {
        return file;
    }

    long position() {
        return position;
    }

    int u1() {
        return bytes.get(ValueLayout.JAVA_BYTE, advance(1)) & 0xff;
    }

    int u2() {
        return bytes.get(SHORT, advance(2)) & 0xffff;
    }

    int i4() {
        return bytes.get(INT, advance(4));
    }

    long u4() {
        return Integer.toUnsignedLong(i4());
    }

    long i8() {
        return bytes.get(LONG, advance(8));
    }

    double bigEndianDouble() {
        return bytes.get(BIG_DOUBLE, advance(8));
    }

    /// `count` bytes, lowest first.
    byte[] littleEndian(int count) {
        return bytes.asSlice(advance(count), count).toArray(ValueLayout.JAVA_BYTE);
    }

    String text(long count, Charset charset) {
        if (count < 0 || count > MAX_TEXT_BYTES) {
            throw damaged("a text claims " + Long.toUnsignedString(count) + " bytes");
        }
        return new String(bytes.asSlice(advance(count), count).toArray(ValueLayout.JAVA_BYTE), charset);
    }

    /// Up to the end of the line, which is consumed.
    String line() {
        long from = position;
        while (u1() != '\n') {
            if (position - from > MAX_TEXT_BYTES) {
                throw damaged("a name is endless");
            }
        }
        long count = position - 1 - from;
        return new String(bytes.asSlice(from, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /// A stretch of the file that is used where it lies.
    MemorySegment slice(long count) {
        return bytes.asSlice(advance(count), count);
    }

    private long advance(long count) {
        if (count < 0 || count > bytes.byteSize() - position) {
            throw damaged("it ends at byte " + bytes.byteSize() + " where " + count + " more are needed");
        }
        long from = position;
        position += count;
        return from;
    }

    GantryException damaged(String why) {
        return BadFile.damaged(file, "at byte " + position + " of its pickle, " + why);
    }

    GantryException unsafe(String what) {
        return BadFile.refused(
                "MODEL-PICKLE-UNSAFE",
                file,
                "its pickle asks for " + BadFile.shown(what)
                        + ", which plain tensors do not need; nothing of it was run",
                "Do not load this file with other programs either unless you trust its author. Ask for safetensors.");
    }
}
