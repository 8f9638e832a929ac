package dev.gantry.app.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Reads the lines that were added to a file since the last time. A line that is still being written, or was torn by
/// the end of its writer, is left until it is whole.
final class EventTail {
    private static final int PART_BYTES = 1 << 20;

    private final Path file;
    private long position;

    EventTail(Path file) {
        this.file = file;
    }

    /// Takes the lines.
    interface Lines {
        /// One line is at `part[from]` up to but not `part[to]`, for the time of this call.
        void line(byte[] part, int from, int to);

        /// The file is another than before: what was read of the old one counts no more.
        void startOver();
    }

    /// @return whether there was anything new
    boolean read(Lines lines) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        long before = position;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < position) {
                position = 0;
                lines.startOver();
            }
            if (size > position) {
                readFrom(channel, new byte[(int) Math.min(size - position + 1, PART_BYTES)], lines);
            }
        }
        return position != before;
    }

    private void readFrom(FileChannel channel, byte[] first, Lines lines) throws IOException {
        byte[] part = first;
        boolean more = true;
        while (more) {
            int bytes = fill(channel, part);
            int taken = take(part, bytes, lines);
            position += taken;
            more = bytes == part.length;
            if (more && taken == 0) {
                part = new byte[2 * part.length]; // one line is longer than the part
            }
        }
    }

    private int fill(FileChannel channel, byte[] part) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(part);
        int read = 0;
        while (buffer.hasRemaining() && read >= 0) {
            read = channel.read(buffer, position + buffer.position());
        }
        return buffer.position();
    }

    /// Hands over the whole lines among the first `bytes` of the part; returns how many bytes they are.
    private static int take(byte[] part, int bytes, Lines lines) {
        int from = 0;
        for (int at = 0; at < bytes; at++) {
            if (part[at] == '\n') {
                lines.line(part, from, at);
                from = at + 1;
            }
        }
        return from;
    }
}
