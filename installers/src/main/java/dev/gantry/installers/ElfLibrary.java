package dev.gantry.installers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A library of machine code for Linux (ELF, 64 bits, little-endian).
///
/// Its end is taken up by names of functions that only debuggers read, then by the table of sections, which
/// tells them where; the system's loader reads neither. Of the virtual machine that is 5 MB, a sixth.
record ElfLibrary(Path file) {
    private static final int MAGIC = 0x464C457F; // 0x7F "ELF"
    private static final int HEADER_BYTES = 64;
    private static final int SECTIONS_AT = 0x28;
    private static final int SECTION_BYTES_AT = 0x3A;
    private static final int SECTION_COUNT_AT = 0x3C;
    private static final int NAMES_INDEX_AT = 0x3E;
    private static final int TYPE_AT = 0x04;
    private static final int FLAGS_AT = 0x08;
    private static final int OFFSET_AT = 0x18;
    private static final int SYMBOL_TABLE = 2;
    private static final int LOADED = 2;

    /// Cuts off the names; leaves a file alone that is laid out in another way.
    ///
    /// @return the bytes that the file is smaller by
    long dropSymbols() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer header = read(channel, 0, HEADER_BYTES);
            if (header.getInt(0) != MAGIC || header.getLong(SECTIONS_AT) == 0) {
                return 0;
            }
            long end = startOfSymbols(channel, header);
            long before = channel.size();
            if (end == 0) {
                return 0;
            }
            header.putLong(SECTIONS_AT, 0);
            header.putShort(SECTION_COUNT_AT, (short) 0);
            header.putShort(NAMES_INDEX_AT, (short) 0);
            channel.truncate(end);
            channel.write(header.rewind(), 0);
            return before - end;
        }
    }

    /// Where the table of symbols begins; 0 when there is none, or the loader reads what lies behind it.
    private static long startOfSymbols(FileChannel channel, ByteBuffer header) throws IOException {
        int bytes = header.getShort(SECTION_BYTES_AT);
        int count = header.getShort(SECTION_COUNT_AT);
        ByteBuffer sections = read(channel, header.getLong(SECTIONS_AT), bytes * count);
        long symbols = 0;
        long lastLoaded = 0;
        for (int section = 0; section < count; section++) {
            int at = section * bytes;
            long offset = sections.getLong(at + OFFSET_AT);
            if (sections.getInt(at + TYPE_AT) == SYMBOL_TABLE) {
                symbols = offset;
            } else if ((sections.getLong(at + FLAGS_AT) & LOADED) != 0) {
                lastLoaded = Math.max(lastLoaded, offset);
            }
        }
        return symbols > lastLoaded ? symbols : 0;
    }

    private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (read.hasRemaining() && channel.read(read, position + read.position()) > 0) {
            // until all of it is there
        }
        return read.rewind();
    }
}
